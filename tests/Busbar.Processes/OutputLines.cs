using System.Text;
using System.Threading.Channels;

namespace Busbar.Processes;

/// <summary>Reads a process's output to its end, and lets one reader wait for lines.</summary>
internal sealed class OutputLines
{
    private readonly Channel<string> lines = Channel.CreateUnbounded<string>();
    private readonly StringBuilder text = new();
    private readonly Task reading;

    public OutputLines(StreamReader reader)
    {
        reading = ReadAsync(reader);
    }

    /// <summary>All that came so far.</summary>
    public string Text
    {
        get
        {
            lock (text)
            {
                return text.ToString();
            }
        }
    }

    /// <summary>The next line that satisfies a condition.</summary>
    /// <exception cref="EndOfStreamException">The output ended first.</exception>
    public async Task<string> FirstAsync(Func<string, bool> condition, CancellationToken cancellation)
    {
        await foreach (var line in lines.Reader.ReadAllAsync(cancellation))
        {
            if (condition(line))
            {
                return line;
            }
        }

        throw new EndOfStreamException();
    }

    /// <summary>Waits for the end of the output.</summary>
    public Task EndAsync(CancellationToken cancellation) => reading.WaitAsync(cancellation);

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (text)
            {
                text.Append(line).Append('\n');
            }

            lines.Writer.TryWrite(line);
        }

        lines.Writer.Complete();
    }
}
