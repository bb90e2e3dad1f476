using Busbar.Ethereum;
using Busbar.Keys;
using Busbar.Ticks;
using Busbar.Transactions;
using static Busbar.Simulation.Model.LedgerWorld;

namespace Busbar.Tests.Vectors;

/// <summary>
/// The chain of ledger.json and proofs.json: every kind of operation executes in it at least once, some fail, and the
/// validators change twice. A new kind of operation needs one more <see cref="VectorChain.Add(string,
/// Verified{CheckedTransaction}[])"/> with a transaction that carries it, in a part of its own.
/// </summary>
internal static partial class LedgerScenario
{
    /// <summary>The chain; a new one each time, the same to the byte.</summary>
    public static VectorChain Make()
    {
        var chain = new VectorChain();
        Transfers(chain);
        Assets(chain);
        Channels(chain);
        Streams(chain);
        Escrows(chain);
        Mandates(chain);
        Allowances(chain);
        Authorizations(chain);
        X402Channels(chain);
        EthereumTransactions(chain);
        FirstChangeOfValidators(chain);
        SecondChangeOfValidators(chain);
        Forgetting(chain);
        return chain;
    }

    private static void Transfers(VectorChain chain)
    {
        var world = chain.World;
        chain.Add("no transaction");
        chain.Add("a transfer that opens an account", Pay(chain, 0, Transfer(5, 1_000_000)));
        var euro = world.Write(1, Transfer(2, 7)) with { FeeAsset = Euro };
        var paidFor = world.Write(2, Transfer(3, 9)) with { FeePayer = AddressOf(3) };
        var wallet = world.Write(0, Transfer(1, 11)) with
        {
            Account = Wallets[0].Address,
            Signer = Wallets[0].Address,
        };
        chain.Add(
            "four transactions: another fee asset, a fee payer, a secp256k1 key, two operations",
            Check(euro),
            Check(paidFor),
            VectorKeys.Sign(wallet, Wallets[0]),
            Pay(chain, 0, Transfer(1, 1), Transfer(2, UInt128.One << 70, Huge)));
        var device = VectorKeys.Device;
        chain.Add("a transfer to the account of a P-256 key", Pay(
            chain, 0, new Operation.Transfer(Dollar, device.Address, new Amount(1_000_000), NonceOf(1))));
        var fromDevice = world.Write(0, Transfer(1, 13)) with { Account = device.Address, Signer = device.Address };
        chain.Add("a transfer by a P-256 key", VectorKeys.Sign(fromDevice, device));
        chain.Add(
            "three that fail: the second operation, a balance too low, no such asset",
            Pay(chain, 0, Transfer(1, 1), Transfer(2, 0)),
            Pay(chain, 3, Transfer(1, 2_000_000_000)),
            Pay(chain, 1, Transfer(1, 1, NoAsset)));
    }

    private static void Assets(VectorChain chain)
    {
        var create = chain.World.Write(0, new Operation.CreateAsset(
            "Kilowatt hours", "KWH", "1", 3, new Amount(1_000), true));
        var asset = create.AssetAddressAt(0);
        chain.Add("an asset is created", Check(create));
        chain.Add("it is minted and burnt", Pay(
            chain,
            0,
            new Operation.Mint(asset, AddressOf(1), new Amount(500)),
            new Operation.Burn(asset, new Amount(250))));
        chain.Add("a balance is frozen", Pay(chain, 0, new Operation.Freeze(asset, AddressOf(1))));
        chain.Add("it does not move", Pay(chain, 1, Transfer(2, 1, asset)));
        chain.Add("it is free again", Pay(chain, 0, new Operation.Unfreeze(asset, AddressOf(1))));
    }

    private static void Channels(VectorChain chain)
    {
        var world = chain.World;
        var open = world.Write(0, OpenOperation(deposit: 10_000));
        var id = open.ChannelIdAt(0);
        chain.Add("a channel is opened", Check(open));
        var payer = TickGenerator.Create(
            Network, id, 1, Amount.Zero, new Amount(100), 4, 4, [.. Enumerable.Range(1, 32).Select(i => (byte)i)]);
        var tick = payer.TickAt(7);
        var proof = new SignatureProof(Pairs[2].PublicKey, Pairs[2].Sign(payer.Voucher.SigningHash()));
        var claim = new Claim(payer.Voucher, proof, tick, payer.PathOf(tick.Chain));
        chain.Add("a tick is claimed", Pay(chain, 1, Claims(claim)));
        chain.Add("it is topped up", Pay(chain, 3, new Operation.TopUpChannel(id, new Amount(500))));
        chain.Add("four claims: nothing new, a wrong key, a token of another place, all of the deposit", Pay(
            chain,
            3,
            Claims(
                claim,
                ClaimOf(id, 5_000, key: 0),
                claim with { Tick = tick with { Chain = tick.Chain + 1 } },
                ClaimOf(VoucherOf(id, 20_000, epoch: 2)))));

        var empty = world.Write(0);
        var second = empty.ChannelIdAt(0);
        var first = VoucherOf(second, 50);
        chain.Add("a channel with its first voucher is opened, claimed without a signature, and closed",
            Check(empty with { Operations = [OpenOperation(first: first)] }),
            Pay(chain, 1, Claims(new Claim(first, null, null, [])), new Operation.CloseChannel(second)));
        chain.Add("the payer requests the close of the first channel", Pay(
            chain, 0, new Operation.RequestChannelClose(id)));
        chain.Add("and may not withdraw before the grace is over", Pay(chain, 0, new Operation.WithdrawChannel(id)));
        chain.Add("but after it", 6_000, Pay(chain, 0, new Operation.WithdrawChannel(id)));
    }

    private static void Streams(VectorChain chain)
    {
        var start = chain.World.Write(0, new Operation.StartStream(
            AddressOf(1), Dollar, new Amount(1_000_000), new Amount(2_000_000_000)));
        var id = start.StreamIdAt(0);
        chain.Add("a stream is started", Check(start));
        chain.Add("and topped up", Pay(chain, 3, new Operation.TopUpStream(id, new Amount(50))));
        chain.Add("the payee withdraws", Pay(chain, 1, new Operation.WithdrawStream(id)));
        chain.Add("the payer stops it", Pay(chain, 0, new Operation.StopStream(id)));
    }

    private static void Escrows(VectorChain chain)
    {
        var preimage = Hash256.Sha256([1, 2, 3]);
        var attestors = new AttestorSet(2, [.. new[] { 2, 3, 4 }.Select(AddressOf).Order()]);
        var lockFor = (EscrowConditions conditions) => chain.World.Write(0, new Operation.LockEscrow(
            AddressOf(1), Dollar, new Amount(500), new UnixTime(Start.Ms + 600_000), conditions));
        var both = lockFor(new EscrowConditions(Hash256.Sha256(preimage.ToArray()), attestors));
        var hashed = lockFor(new EscrowConditions(Hash256.Sha256(preimage.ToArray()), null));
        chain.Add("two escrows are locked", Check(both), Check(hashed));
        var id = both.EscrowIdAt(0);
        var hash = EscrowAttestation.ReleaseHash(Network, id);
        SignatureProof Attest(int key) => new(Pairs[key].PublicKey, Pairs[key].Sign(hash));
        chain.Add("one attestation is too few", Pay(
            chain, 1, new Operation.ReleaseEscrow(id, preimage, [Attest(2)])));
        chain.Add("two and the preimage release it", Pay(
            chain, 1, new Operation.ReleaseEscrow(id, preimage, [Attest(2), Attest(4)])));
        chain.Add("the payee refunds the other", Pay(chain, 1, new Operation.RefundEscrow(hashed.EscrowIdAt(0))));
    }

    private static void Mandates(VectorChain chain)
    {
        var world = chain.World;
        var fleet = world.Write(0, new Operation.GrantMandate(
            AddressOf(4),
            new UnixTime(Start.Ms + 200_000),
            new MandateScope([OperationCode.Transfer, OperationCode.GrantMandate], null),
            [new MandateLimit(Dollar, new Amount(1_000_000), new MandateWindow(new Amount(50_000), 60_000))]));
        var device = world.Write(4, new Operation.GrantMandate(
            AddressOf(5),
            new UnixTime(Start.Ms + 100_000),
            new MandateScope([OperationCode.Transfer], [AddressOf(1)]),
            [new MandateLimit(Dollar, null, null)])) with { Account = AddressOf(0) };
        chain.Add("a mandate for a fleet, and one for its device below it", Check(fleet), Check(device));
        var pay = (int to, ulong amount) => Check(
            world.Write(5, Transfer(to, amount)) with { Account = AddressOf(0) });
        chain.Add("the device pays, then somebody else, then more than the fleet's window holds",
            pay(1, 500), pay(2, 1), pay(1, 49_000));
        chain.Add("the fleet's mandate is revoked, and the device's ends with it", Pay(
            chain, 0, new Operation.RevokeMandate(AddressOf(4))));
    }

    private static void Allowances(VectorChain chain)
    {
        chain.Add("an allowance is approved", Pay(
            chain, 0, new Operation.Approve(Dollar, AddressOf(1), new Amount(600))));
        chain.Add("and used", Pay(chain, 1, new Operation.TransferFrom(
            Dollar, AddressOf(0), AddressOf(2), new Amount(250), NonceOf(2))));
        chain.Add("a permit sets one", Pay(chain, 1, SignPermit(WritePermit())));
        chain.Add("once", Pay(chain, 1, SignPermit(WritePermit())));
    }

    private static Verified<CheckedTransaction> Pay(VectorChain chain, int key, params Operation[] operations) =>
        Check(chain.World.Write(key, operations));
}
