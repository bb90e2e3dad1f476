using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Ticks;
using Busbar.Transactions;
using static Busbar.Simulation.Model.LedgerWorld;

namespace Busbar.Tests.Vectors;

/// <summary>Bytes that no decoder may take: each is a good encoding with one thing wrong.</summary>
internal static class RejectedBytes
{
    private static readonly VectorChain Chain = LedgerScenario.Make();
    private static readonly Transaction Content = Chain.Blocks[1].Transactions[0].Value.Signed.Transaction;
    private static readonly byte[] Good = Chain.Blocks[1].Stored.Transactions[0];
    private static readonly byte[] Proofs = [0x83, (byte)KeyKind.Ed25519, 0x58, 0x20];

    /// <summary>Every case: what it is, of what kind the bytes claim to be, and the rule that they break.</summary>
    public static IEnumerable<RejectedEncoding> All() =>
        [.. Items(), .. Envelopes(), .. Operations(), .. Ethereum(), .. Blocks()];

    private static IEnumerable<RejectedEncoding> Items() =>
    [
        new("a number in two bytes that fits one", "number", [0x18, 0x17], "E-2"),
        new("a number in nine bytes that fits five", "number", [0x1B, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF], "E-2"),
        new("a number of no form", "number", [0x1C], "E-2"),
        new("a bignum that fits 64 bits", "number", [0xC2, 0x48, .. Fill(8, 0xFF)], "E-4"),
        new("a bignum that begins with zero", "number", [0xC2, 0x4A, 0, .. Fill(9, 1)], "E-4"),
        new("a bignum of 17 bytes", "number", [0xC2, 0x51, .. Fill(17, 1)], "E-4"),
        new("an indefinite bignum", "number", [0xC2, 0x5F, 0x49, .. Fill(9, 1), 0xFF], "E-3"),
        new("a negative number", "number", [0x20], "E-1"),
        new("a floating number", "number", [0xF9, 0x3C, 0x00], "E-1"),
        new("a map", "number", [0xA0], "E-1"),
        new("another tag", "number", [0xC1, 0x00], "E-1"),
        new("another simple value", "number", [0xF5], "E-1"),
        new("nothing", "number", [], "E-5"),
        new("two numbers", "number", [0x01, 0x01], "E-5"),
        new("half a number", "number", [0x19, 0x01], "E-5"),
    ];

    private static IEnumerable<RejectedEncoding> Envelopes()
    {
        RejectedEncoding Swapped(string name, byte[] find, byte[] with, string rule) =>
            new(name, "transaction", Swap(Good, find, with), rule);

        yield return new("a byte after the end", "transaction", [.. Good, 0], "E-5");
        yield return new("the last byte missing", "transaction", Good[..^1], "E-5");
        yield return new("an envelope of three items", "transaction", [0x83, .. Good[1..], 0xF6], "E-5");
        yield return new("a count in two bytes", "transaction", [0x98, 0x02, .. Good[1..]], "E-2");
        yield return new("an indefinite array", "transaction", [0x9F, .. Good[1..], 0xFF], "E-3");
        yield return Swapped("a field left out", [0x89, 0x74], [0x88, 0x74], "E-7");
        yield return Swapped("another tag", "transaction/1"u8.ToArray(), "transaction/2"u8.ToArray(), "E-15");
        yield return Swapped("a tag of bytes", [0x89, 0x74], [0x89, 0x54], "E-1");
        yield return Swapped("a key of an unknown kind", Proofs, [0x83, 4, 0x58, 0x20], "E-15");
        yield return Swapped("a key of 31 bytes", Proofs, [0x83, 3, 0x58, 0x1F], "E-23");
        yield return Swapped("an ECDSA key of 32 bytes", Proofs, [0x83, 1, 0x58, 0x20], "E-23");
        yield return Swapped("a signature of 63 bytes", [0x58, 0x40], [0x58, 0x3F], "E-24");
        var (account, intent) = (Content.Account.ToArray(), VectorFile.Bytes(w => w.Intent(Content.IntentId)));
        yield return Swapped("an account of 21 bytes", [0x54, .. account], [0x55, .. account], "E-5");
        yield return Swapped("an intent id of 15 bytes", intent, [0x4F, .. intent[1..]], "E-13");
        yield return Swapped("a network of 65 bits", [0x1A, 0, 6, 0x23, 0xE2], [0xC2, 0x49, .. Fill(9, 1)], "E-14");
        yield return Of("no operation", Content with { Operations = [] }, "E-9");
        var close = new Operation.CloseChannel(default);
        yield return Of("257 operations", Content with { Operations = [.. Enumerable.Repeat(close, 257)] }, "E-9");
        yield return Signed("no signature", 0);
        yield return Signed("three signatures", 3);
    }

    private static IEnumerable<RejectedEncoding> Operations()
    {
        var hash = Hash256.Sha256([1]);
        var address = AddressOf(1);
        yield return Op("an unknown operation", w => w.Array(2).Number(255).Hash(hash), "E-15");
        yield return Op("a transfer without its reference", w => w.Array(4).Number(1).Address(address).Address(address)
            .Number(5), "L-1");
        yield return Op("a transfer with one field more", w => w.Array(6).Number(1).Address(address).Address(address)
            .Number(5).Hash(hash).Null(), "L-1");
        yield return Op("a negative amount", w => w.Array(3).Number(4).Address(address).Encoded([0x20]), "E-1");
        yield return Op("a text that is no UTF-8", w => w.Array(7).Number(2).Encoded([0x62, 0xC0, 0x80]).Text("S")
            .Text("1").Number(0).Number(0).Number(0), "E-6");
        var asset = new Operation.CreateAsset("Name", "SYM", "1", 0, new Amount(1), false);
        yield return Op("a name of 65 bytes", (asset with { Name = new string('n', 65) }).Write, "L-101");
        yield return Op("an empty symbol", (asset with { Symbol = "" }).Write, "L-101");
        yield return Op("19 decimals", (asset with { Decimals = 19 }).Write, "L-101");
        yield return Op("freezable neither 0 nor 1", w => w.Array(7).Number(2).Text("N").Text("S").Text("1")
            .Number(0).Number(0).Number(2), "L-1");
        yield return Op("a time of 49 bits", w => w.Array(7).Number(30).Address(address).Address(address).Number(1)
            .Number(1UL << 48).Hash(hash).Null(), "E-12");
        yield return Op("an escrow without a condition", w => Lock(w).Null().Null(), "L-131");
        yield return Op("attestors that do not rise", w => Lock(w).Null().Array(2).Number(1).Array(2)
            .Address(Named(2)).Address(Named(1)), "L-131");
        yield return Op("an attestor twice", w => Lock(w).Null().Array(2).Number(1).Array(2)
            .Address(Named(1)).Address(Named(1)), "L-131");
        yield return Op(
            "none of one attestor", w => Lock(w).Null().Array(2).Number(0).Array(1).Address(Named(1)), "L-131");
        yield return Op(
            "two of one attestor", w => Lock(w).Null().Array(2).Number(2).Array(1).Address(Named(1)), "L-131");
        yield return Op(
            "17 attestors", w => Many(Lock(w).Null().Array(2).Number(1), 17, (x, i) => x.Address(Named((byte)i))),
            "E-9");
        var proof = Chain.Blocks[1].Transactions[0].Value.Signed.Signatures[0];
        yield return Op(
            "17 attestations", new Operation.ReleaseEscrow(default, null, [.. Enumerable.Repeat(proof, 17)]).Write,
            "E-9");
        yield return Op(
            "a proposal of an unknown kind", w => w.Array(2).Number(90).Array(2).Number(99).Hash(hash), "L-80");
        yield return Op(
            "a proposal with a field more", w => w.Array(2).Number(90).Array(3).Number(1).Hash(hash).Hash(hash),
            "L-80");
        var voucher = VoucherOf(new ChannelId(hash), 5);
        var claim = new Claim(voucher, null, null, []);
        Operation.ClaimChannels Claim(Claim one) => new([one]);
        yield return Op("no claim", new Operation.ClaimChannels([]).Write, "E-9");
        yield return Op("a voucher of three heads", Claim(claim with
        {
            Voucher = voucher with { TickValue = new Amount(1), Heads = 3 },
        }).Write, "T-2");
        yield return Op("a voucher of 131,072 heads", Claim(claim with
        {
            Voucher = voucher with { TickValue = new Amount(1), Heads = 131_072 },
        }).Write, "E-9");
        yield return Op(
            "a voucher of heads and no tick value", Claim(claim with { Voucher = voucher with { Heads = 2 } }).Write,
            "T-2");
        yield return Op(
            "a head for a tick", Claim(claim with { Tick = new Tick(1, 0, 0, TickHash.Zero) }).Write, "T-4");
        yield return Op("a path of 17 nodes", Claim(claim with { Path = new TickHash[17] }).Write, "T-15");
    }

    private static IEnumerable<RejectedEncoding> Ethereum()
    {
        var signed = SignRaw(WriteRaw());
        var good = signed.Encode();
        byte[] Raw(Func<byte[], byte[]> change)
        {
            var raw = WriteRaw().Encode(Wallets[0].SignRecoverable(WriteRaw().SigningHash()));
            var writer = new CanonicalWriter().Array(5).Text(DomainTag.EthereumTransaction).Bytes(change(raw));
            return writer.Address(Dollar).Number(9).Null().ToArray();
        }

        Assert.Equal(good, Raw(raw => raw));
        yield return new("Ethereum: type 3", "transaction", Raw(raw => [3, .. raw[1..]]), "L-185");
        yield return new("Ethereum: a byte after the list", "transaction", Raw(raw => [.. raw, 0]), "L-185");
        yield return new("Ethereum: a number with a zero in front", "transaction", Raw(
            raw => [.. raw[..7], 0x00, .. raw[8..]]), "L-185");
        yield return new("Ethereum: a list length in a longer form", "transaction", Raw(
            raw => [2, 0xF9, 0, .. raw[2..]]), "L-185");
        yield return new("Ethereum: a raw transaction of no bytes", "transaction", Raw(_ => []), "L-185");
        yield return new("Ethereum: 19 decimals", "transaction", Swap(good, [0x09, 0xF6], [0x13, 0xF6]), "L-185");
        var bare = new BareAuthorization(Network, SignTransfer(Chain.World.Write3009(nonce: 9))).Encode();
        yield return new(
            "a bare authorization of operation 51", "transaction", Swap(bare, [0x8A, 0x18, 50], [0x8A, 0x18, 51]),
            "L-180");
        yield return new(
            "a recoverable signature of 64 bytes", "transaction", Swap(bare, [0x58, 0x41], [0x58, 0x40]), "L-161");
    }

    private static IEnumerable<RejectedEncoding> Blocks()
    {
        var block = Chain.Blocks[1];
        var header = VectorFile.Bytes(block.Header.Write);
        yield return new(
            "a header of another tag", "header", Swap(header, "header/1"u8.ToArray(), "header/2"u8.ToArray()), "L-40");
        yield return new("a header of twelve items", "header", [0x8C, .. header[1..^34]], "L-40");
        var certificate = VectorFile.Bytes(block.Stored.Finalization!.Write);
        yield return new("a vote of kind 4", "certificate", Swap(certificate, [0x83, 0x85, 3], [0x83, 0x85, 4]), "C-4");
        yield return new(
            "a nullify vote for a block", "certificate", Swap(certificate, [0x83, 0x85, 3], [0x83, 0x85, 2]), "C-4");
        yield return new(
            "a bitmap that ends with zero", "certificate", Swap(certificate, [0x41, 0x0B, 0x83], [0x42, 0x0B, 0,
            0x83]), "C-5");
        yield return new(
            "a bitmap of no byte", "certificate", Swap(certificate, [0x41, 0x0B, 0x83], [0x40, 0x83]), "C-5");
        yield return new(
            "fewer signatures than bits", "certificate", Swap(certificate, [0x41, 0x0B], [0x41, 0x0F]), "C-5");
        var receipt = block.EncodedReceipt(0);
        yield return new(
            "a receipt of another tag", "receipt", Swap(receipt, "receipt/1"u8.ToArray(), "receipt/9"u8.ToArray()),
            "L-44");
        yield return new("a receipt without its claims", "receipt", [0x8A, .. receipt[1..^1]], "L-44");
        yield return new(
            "a stored block of version 2", "block", Swap(block.Stored.Encode(), [0x85, 1], [0x85, 2]), "N-3");
        var genesis = block.Before.Genesis.Encode();
        byte[] version = [.. "genesis/1"u8, 1];
        yield return new("a genesis of version 2", "genesis", Swap(genesis, version, [.. "genesis/1"u8, 2]), "L-70");
        yield return new("a genesis with an asset twice", "genesis", (block.Before.Genesis with
        {
            Assets = [block.Before.Genesis.Assets[0], .. block.Before.Genesis.Assets],
        }).Encode(), "L-70");
    }

    private static CanonicalWriter Lock(CanonicalWriter writer) => writer.Array(7).Number(30).Address(AddressOf(1))
        .Address(Dollar).Number(1).Number(Start.Ms);

    private static CanonicalWriter Many(CanonicalWriter writer, int count, Action<CanonicalWriter, int> write)
    {
        writer.Array(count);
        for (var i = 0; i < count; i++)
        {
            write(writer, i);
        }

        return writer;
    }

    // A transaction with one operation as these bytes; the signature does not matter, since it is not decoded.
    private static RejectedEncoding Op(string name, Action<CanonicalWriter> write, string rule)
    {
        var operation = VectorFile.Bytes(Content.Operations[0].Write);
        return new(name, "transaction", Swap(Good, operation, VectorFile.Bytes(write)), rule);
    }

    private static RejectedEncoding Op(string name, Func<CanonicalWriter, CanonicalWriter> write, string rule) =>
        Op(name, new Action<CanonicalWriter>(writer => write(writer)), rule);

    private static RejectedEncoding Of(string name, Transaction content, string rule) =>
        new(name, "transaction", Sign(content, 0).Encode(), rule);

    private static RejectedEncoding Signed(string name, int count) => new(
        name, "transaction", Sign(Content, [.. Enumerable.Repeat(0, count)]).Encode(), "E-9");

    private static byte[] Swap(byte[] bytes, byte[] find, byte[] with)
    {
        var at = bytes.AsSpan().IndexOf(find);
        Assert.True(at >= 0, "not found: " + Hex.Format(find));
        return [.. bytes[..at], .. with, .. bytes[(at + find.Length)..]];
    }

    private static byte[] Fill(int count, byte value) => [.. Enumerable.Repeat(value, count)];
}

/// <summary>Bytes to refuse.</summary>
internal sealed record RejectedEncoding(string Name, string Kind, byte[] Bytes, string Rule);
