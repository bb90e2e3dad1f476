namespace Busbar.Node.Api;

/// <summary>
/// The page at /: the node's head and its routes, from the API itself, without anything from elsewhere.
/// </summary>
internal static class StatusPage
{
    public const string Html = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Busbar node</title>
        <style>
          :root { color-scheme: light dark; --line: #8884; --soft: #8889; --accent: #b4690e; }
          body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
          h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
          h1 b { color: var(--accent); }
          dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; }
          dt { opacity: .7; } dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
          table { border-collapse: collapse; width: 100%; }
          td { border-top: 1px solid var(--line); padding: .4rem .5rem .4rem 0; vertical-align: top; }
          code { font-size: .9em; overflow-wrap: anywhere; }
        </style>
        </head>
        <body>
        <h1><b>Busbar</b> node</h1>
        <dl id="head"><dt>state</dt><dd>asking the node…</dd></dl>
        <h2>Tariff, in billionths of a dollar</h2>
        <dl id="tariff"></dl>
        <h2>Routes</h2>
        <p>The machine-readable description is <a href="/openapi/v1.json">/openapi/v1.json</a>.</p>
        <table id="routes"></table>
        <script>
          const put = (list, pairs) => list.replaceChildren(...pairs.flatMap(([name, value]) => {
            const dt = document.createElement('dt'), dd = document.createElement('dd');
            dt.textContent = name; dd.textContent = value; return [dt, dd];
          }));
          const refresh = async () => {
            const list = document.getElementById('head');
            try {
              const net = await (await fetch('/v1/network')).json();
              put(list, [
                ['network', net.network], ['genesis', net.genesis], ['height', net.height],
                ['last block', new Date(net.timeMs).toISOString()], ['state root', net.stateRoot],
                ['validators', net.validators], ['fee asset', net.feeAsset]]);
              put(document.getElementById('tariff'), Object.entries(net.tariff));
            } catch { put(list, [['state', 'the node does not answer']]); }
          };
          const routes = async () => {
            const api = await (await fetch('/openapi/v1.json')).json();
            const rows = Object.entries(api.paths).flatMap(([path, methods]) =>
              Object.entries(methods).map(([method, about]) =>
                [method.toUpperCase() + ' ' + path, about.summary ?? '']));
            document.getElementById('routes').replaceChildren(...rows.map(([route, about]) => {
              const [row, left, right] = ['tr', 'td', 'td'].map(tag => document.createElement(tag));
              const code = document.createElement('code');
              code.textContent = route; left.append(code); right.textContent = about;
              row.append(left, right); return row;
            }));
          };
          refresh(); routes(); setInterval(refresh, 1000);
        </script>
        </body>
        </html>
        """;
}
