using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Busbar.Keys;
using Busbar.Ticks;

namespace Busbar.Tests.Ticks;

/// <summary>Makes spec/vectors/ticks.json from the code. Byte strings are hexadecimal, amounts decimal text.</summary>
internal static class TickVectors
{
    private static readonly JsonSerializerOptions Layout = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly PrivateKey[] Keys =
    [
        PrivateKey.Create(KeyKind.Ed25519, TickSamples.Secret),
        PrivateKey.Create(KeyKind.Secp256k1, TickSamples.Secret),
    ];

    public static string FilePath
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "Busbar.slnx")))
            {
                folder = folder.Parent ?? throw new DirectoryNotFoundException("Busbar.slnx is above no test binary.");
            }

            return Path.Combine(folder.FullName, "spec", "vectors", "ticks.json");
        }
    }

    public static string Make()
    {
        var file = new JsonObject
        {
            ["about"] = "Ticks: spec/ticks.md. Bytes are hex with 0x, amounts are decimal strings, m and k stand as "
                + "heads and length. Every voucher here uses the tickSecret below.",
            ["version"] = 1,
            ["tickSecret"] = Hex.Format(TickSamples.Secret),
            ["keys"] = new JsonArray([.. Keys.Select(KeyNode)]),
            ["small"] = new JsonArray(
                Case(1, 1, 1, 0, 1),
                Case(1, 4, 2, 250, 3),
                Case(2, 2, 300, 7, 100_000),
                Case(4, 8, ulong.MaxValue, (UInt128.One << 64) + 5, UInt128.One << 65),
                Case(8, 1, 70_000, 1_000_000, 1)),
            ["default"] = Default(),
            ["accept"] = Acceptance(),
            ["claims"] = Claims(),
            ["successions"] = Successions(),
            ["malformed"] = Malformed(),
        };
        return file.ToJsonString(Layout) + "\n";
    }

    private static JsonObject KeyNode(PrivateKey key) => new()
    {
        ["kind"] = key.PublicKey.Kind.ToString(),
        ["secret"] = Hex.Format(TickSamples.Secret),
        ["encoded"] = Hex.Format(TickSamples.Encode(writer => key.PublicKey.Write(writer))),
    };

    private static JsonObject Case(int heads, int length, ulong epoch, UInt128 @base, UInt128 tickValue)
    {
        var payer = TickSamples.Generator(new Voucher(
            TickSamples.Network,
            TickSamples.Channel,
            epoch,
            new Amount(@base),
            new Amount(tickValue),
            heads,
            length,
            TickHash.Zero));
        var model = new NaiveTicks(payer.Voucher, TickSamples.Secret);
        var node = Terms(payer.Voucher);
        node["channelTagInput"] = Hex.Format(model.ChannelTagInput());
        node["channelTag"] = TickStep.ChannelTag(TickSamples.Network, TickSamples.Channel).ToString();
        node["secretInputOfChain0"] = Hex.Format(model.SecretInput(0));
        node["stepInputOfChain0FromEnd"] = Hex.Format(model.StepInput(0, length, model.Tokens[0][length]));
        node["nodeInputOfLevel1Index0"] =
            heads == 1 ? null : Hex.Format(NaiveTicks.NodeInput(1, 0, model.Levels[0][0], model.Levels[0][1]));
        node["tokensByChainFromHead"] = Rows(model.Tokens);
        node["nodesByLevelFromHeads"] = Rows(model.Levels);
        AddSignatures(node, payer.Voucher);
        node["ticks"] = Ticks(payer, Enumerable.Range(1, heads * length).Select(number => (long)number));
        return node;
    }

    private static JsonObject Default()
    {
        var payer = TickSamples.Generator(256, 256, tickValue: 100_000, @base: 0);
        var node = Terms(payer.Voucher);
        AddSignatures(node, payer.Voucher);
        node["ticks"] = Ticks(payer, [1, 2, 255, 256, 257, 32_768, 65_535, 65_536]);
        return node;
    }

    private static JsonObject Terms(Voucher voucher) => new()
    {
        ["network"] = voucher.Network.ChainId,
        ["channel"] = voucher.Channel.ToString(),
        ["epoch"] = voucher.Epoch,
        ["base"] = voucher.Base.ToString(),
        ["tickValue"] = voucher.TickValue.ToString(),
        ["heads"] = voucher.Heads,
        ["length"] = voucher.Length,
        ["root"] = voucher.Root.ToString(),
    };

    private static void AddSignatures(JsonObject node, Voucher voucher)
    {
        node["voucher"] = Encoded(voucher.Write);
        node["signingHash"] = voucher.SigningHash().ToString();
        node["signatures"] = new JsonArray([.. Keys.Select(key => new JsonObject
        {
            ["kind"] = key.PublicKey.Kind.ToString(),
            ["signature"] = Hex.Format(key.Sign(voucher.SigningHash()).ToArray()),
            ["signedVoucher"] = Encoded(new SignedVoucher(voucher, key.Sign(voucher)).Write),
        })]);
    }

    private static JsonArray Ticks(TickGenerator payer, IEnumerable<long> numbers) => new([.. numbers.Select(number =>
    {
        var tick = payer.TickAt(number);
        Invariant.Check(TickNumber.TryValue(payer.Voucher, number, out var value));
        return new JsonObject
        {
            ["number"] = number,
            ["chain"] = tick.Chain,
            ["position"] = tick.Position,
            ["token"] = tick.Token.ToString(),
            ["path"] = PathNode(payer.PathOf(tick.Chain)),
            ["value"] = value.ToString(),
            ["encoded"] = Encoded(tick.Write),
        };
    })]);

    /// <summary>What one payee answers to ticks in this order; "best" is the number it holds afterwards.</summary>
    private static JsonObject Acceptance()
    {
        var payer = TickSamples.Generator(4, 4);
        var payee = new TickVerifier(payer.Voucher);
        var wrong = payer.TickAt(9) with { Token = payer.Voucher.Root };
        (string Name, Tick Tick, IReadOnlyList<TickHash> Path)[] steps =
        [
            ("first tick without its path", payer.TickAt(2), []),
            ("path too short", payer.TickAt(2), payer.PathOf(0).Take(1).ToArray()),
            ("path of another chain", payer.TickAt(2), payer.PathOf(1)),
            ("first tick", payer.TickAt(2), payer.PathOf(0)),
            ("the same again", payer.TickAt(2), []),
            ("the next", payer.TickAt(3), []),
            ("one before", payer.TickAt(1), []),
            ("a jump to the third chain", payer.TickAt(10), payer.PathOf(2)),
            ("an older chain", payer.TickAt(6), payer.PathOf(1)),
            ("a node as token, below the best", wrong, []),
            ("a token at the next place", payer.TickAt(11) with { Token = payer.TickAt(10).Token }, []),
            ("the head", new Tick(1, 2, 0, payer.TickAt(10).Token), []),
            ("past the chain's end", payer.TickAt(12) with { Position = 5 }, []),
            ("past the last chain", payer.TickAt(12) with { Chain = 4 }, []),
            ("another epoch", payer.TickAt(12) with { Epoch = 2 }, []),
            ("the last", payer.TickAt(16), payer.PathOf(3)),
        ];
        var node = new JsonObject { ["voucher"] = Encoded(payer.Voucher.Write) };
        node["steps"] = new JsonArray([.. steps.Select(step => new JsonObject
        {
            ["name"] = step.Name,
            ["tick"] = Encoded(step.Tick.Write),
            ["path"] = PathNode(step.Path),
            ["expected"] = payee.Accept(step.Tick, step.Path).ToString(),
            ["best"] = payee.BestNumber,
            ["value"] = payee.BestValue.ToString(),
        })]);
        return node;
    }

    private static JsonArray Claims()
    {
        var payer = TickSamples.Generator(4, 4);
        var good = TickSamples.HonestClaim(payer, 10);
        var tick = good.Tick!.Value;
        var top = TickSamples.Generator(good.Voucher with { Base = new Amount(UInt128.MaxValue - 20) });
        (string Name, Claim Claim)[] claims =
        [
            ("true, Ed25519", good),
            ("true, secp256k1", good with { Proof = Keys[1].Sign(payer.Voucher) }),
            ("true, without a signature", good with { Proof = null }),
            ("base only", good with { Tick = null, Path = [] }),
            ("default size, last tick", TickSamples.HonestClaim(TickSamples.Generator(256, 256), 65_536)),
            ("highest value that fits", TickSamples.HonestClaim(top, 2)),
            ("value past 128 bits", TickSamples.HonestClaim(top, 3)),
            ("signature of another voucher", good with { Proof = TickSamples.VoucherKey.Sign(top.Voucher) }),
            ("base edited", good with { Voucher = good.Voucher with { Base = new Amount(1001) } }),
            ("another epoch", good with { Tick = tick with { Epoch = 2 } }),
            ("past the chain's end", good with { Tick = tick with { Position = 5 } }),
            ("past the last chain", good with { Tick = tick with { Chain = 4 } }),
            ("path without a tick", good with { Tick = null }),
            ("path too short", good with { Path = good.Path.Take(1).ToArray() }),
            ("path too long", good with { Path = [.. good.Path, good.Voucher.Root] }),
            ("path in the other order", good with { Path = good.Path.Reverse().ToArray() }),
            ("token one place higher", good with { Tick = tick with { Position = tick.Position + 1 } }),
            ("token in the next chain", good with { Tick = tick with { Chain = 3 }, Path = payer.PathOf(3) }),
            ("node as token", good with { Tick = tick with { Token = good.Path[1] } }),
        ];
        return new JsonArray([.. claims.Select(item =>
        {
            var evidence = ClaimCheck.Evaluate(item.Claim);
            return new JsonObject
            {
                ["name"] = item.Name,
                ["claim"] = Encoded(item.Claim.Write),
                ["fault"] = evidence.Fault.ToString(),
                ["signed"] = evidence.Signed,
                ["value"] = evidence.Value.ToString(),
                ["hashes"] = evidence.Hashes,
            };
        })]);
    }

    private static JsonArray Successions()
    {
        var last = TickSamples.Generator(4, 4).Voucher;
        (string Name, Voucher Next)[] nexts =
        [
            ("follows", TickSamples.Generator(1, 2, 1, 1070, 2).Voucher),
            ("base one too low", TickSamples.Generator(1, 2, 1, 1069, 2).Voucher),
            ("the same epoch", TickSamples.Generator(1, 2, 1, 1070, 1).Voucher),
            ("another channel", TickSamples.Generator(1, 2, 1, 1070, 2, TickSamples.OtherChannel).Voucher),
        ];
        return new JsonArray([.. nexts.Select(item => new JsonObject
        {
            ["name"] = item.Name,
            ["last"] = Encoded(last.Write),
            ["bestValue"] = "1070",
            ["next"] = Encoded(item.Next.Write),
            ["expected"] = VoucherRules.CheckNext(last, new Amount(1070), item.Next).ToString(),
        })]);
    }

    private static JsonArray Malformed()
    {
        var voucher = TickSamples.Generator(4, 4).Voucher;
        var tick = TickSamples.Generator(4, 4).TickAt(1);
        var good = TickSamples.Encode(voucher.Write);
        byte[] longTick = [0x84, 0x18, 0x01, .. TickSamples.Encode(tick.Write)[2..]];
        (string Name, string Kind, byte[] Bytes)[] items =
        [
            ("three chains", "voucher", TickSamples.Encode((voucher with { Heads = 3 }).Write)),
            ("131,072 chains", "voucher", TickSamples.Encode((voucher with { Heads = 131_072 }).Write)),
            ("2,048 ticks a chain", "voucher", TickSamples.Encode((voucher with { Length = 2_048 }).Write)),
            ("no tick value", "voucher", TickSamples.Encode((voucher with { TickValue = Amount.Zero }).Write)),
            ("another tag", "voucher", [.. good[..17], (byte)'2', .. good[18..]]),
            ("truncated", "voucher", good[..^1]),
            ("a byte too many", "voucher", [.. good, 0]),
            ("position zero", "tick", TickSamples.Encode((tick with { Position = 0 }).Write)),
            ("position 1,025", "tick", TickSamples.Encode((tick with { Position = 1_025 }).Write)),
            ("a number not in its shortest form", "tick", longTick),
            ("17 nodes", "claim", TickSamples.Encode(new Claim(voucher, null, tick, new TickHash[17]).Write)),
        ];
        return new JsonArray([.. items.Select(item => new JsonObject
        {
            ["name"] = item.Name,
            ["kind"] = item.Kind,
            ["bytes"] = Hex.Format(item.Bytes),
            ["error"] = ErrorOf(item.Kind, item.Bytes).ToString(),
        })]);
    }

    public static DecodeError ErrorOf(string kind, byte[] bytes)
    {
        DecodeError error;
        _ = kind switch
        {
            "voucher" => (object?)TickSamples.DecodeVoucher(bytes, out error),
            "tick" => TickSamples.DecodeTick(bytes, out error),
            _ => TickSamples.DecodeClaim(bytes, out error),
        };
        return error;
    }

    private static string Encoded(Action<CanonicalWriter> write) => Hex.Format(TickSamples.Encode(write));

    private static JsonArray PathNode(IEnumerable<TickHash> path) =>
        new([.. path.Select(node => (JsonNode)node.ToString())]);

    private static JsonArray Rows(byte[][][] rows) =>
        new([.. rows.Select(row => new JsonArray([.. row.Select(bytes => (JsonNode)Hex.Format(bytes))]))]);
}
