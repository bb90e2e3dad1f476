using Busbar.Client;
using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Node;
using Busbar.Transactions;

namespace Busbar.Tests.Node;

public sealed class MandateApiTests(ApiTests.Network network) : IClassFixture<ApiTests.Network>
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A14_A22_A23_a_mandate_is_read_used_told_and_revoked()
    {
        using var client = new BusbarClient(network.Http);
        var stop = TestContext.Current.CancellationToken;
        var info = await client.GetNetworkAsync(stop);
        var (owner, device) = (network.Local.Accounts[7], PrivateKey.Create(KeyKind.Ed25519, [.. new byte[31], 77]));
        var (wallet, delegated) = (new Wallet(owner, info), new Wallet(device, info, account: owner.Address));
        Assert.Equal((owner.Address, device.Address), (delegated.Address, delegated.Signer));
        Assert.Empty(await client.GetMandatesAsync(owner.Address, stop));

        var dollar = network.Local.Dollar;
        var grant = new Operation.GrantMandate(
            device.Address,
            new UnixTime(info.TimeMs + 3_600_000),
            new MandateScope([OperationCode.Transfer], [owner.Address]),
            [new MandateLimit(dollar, new Amount(2_000_000), new MandateWindow(new Amount(1_900_000), 3_600_000))]);
        var granting = wallet.Sign(wallet.NewIntent(), grant);
        Assert.Equal("Ok", (await client.SubmitAsync(granting, Wait, stop)).Result);
        var transfer = new Operation.Transfer(dollar, owner.Address, new Amount(500), Hash256.Zero);
        var paid = await client.SubmitAsync(delegated.Sign(delegated.NewIntent(), transfer), Wait, stop);
        Assert.Equal(
            ("Ok", owner.Address.ToString(), device.Address.ToString()), (paid.Result, paid.Account, paid.Signer));

        var mandate = await client.GetMandateAsync(owner.Address, device.Address, stop);
        Assert.Equal(
            (granting.Transaction.ObjectIdAt(0).ToString(), true, (string?)null),
            (mandate.Mandate, mandate.Alive, mandate.ParentSigner));
        Assert.Equal(["transfer"], mandate.Operations);
        Assert.Equal([owner.Address.ToString()], mandate.Payees!);
        var limit = Assert.Single(mandate.Limits);
        Assert.Equal(
            ("2000000", "10500", "1900000", 3_600_000UL),
            (limit.TotalAtomic, limit.SpentAtomic, limit.CapacityAtomic, limit.RefillMs!.Value));
        Assert.InRange(ulong.Parse(limit.AvailableAtomic!, System.Globalization.CultureInfo.InvariantCulture),
            1_889_500UL, 1_900_000UL);
        Assert.Equal(
            mandate.Mandate, Assert.Single(await client.GetMandatesAsync(owner.Address, stop)).Mandate);

        var tooDear = delegated.Sign(delegated.NewIntent(), [.. Enumerable.Repeat(transfer, 200)]);
        Assert.Equal("FeeBeyondMandate", await RefusalOf(client.SubmitAsync(tooDear, Wait, stop)));

        var given = delegated.Sign(delegated.NewIntent(), new Operation.RevokeMandate(device.Address));
        Assert.Equal("Ok", (await client.SubmitAsync(given, Wait, stop)).Result);
        Assert.Equal(
            "MandateUnknown", await RefusalOf(client.GetMandateAsync(owner.Address, device.Address, stop)));
        Assert.Equal(
            "SignerNotAuthorised",
            await RefusalOf(client.SubmitAsync(delegated.Sign(delegated.NewIntent(), transfer), Wait, stop)));
        var told = new List<(string Kind, string? Reference)>();
        await foreach (var (_, happened) in client.EventsAsync(device.Address, "0.0.0", stop))
        {
            told.Add((happened.Kind, happened.Reference));
            if (told.Count == 2)
            {
                break;
            }
        }

        Assert.Equal([("mandateGranted", mandate.Mandate), ("mandateRevoked", mandate.Mandate)], told);
    }

    [Theory]
    [InlineData("/v1/mandates/x/0x2B5AD5c4795c026514f8317c7a215E218DcCD6cF", "BadValue")]
    [InlineData("/v1/mandates/0x2B5AD5c4795c026514f8317c7a215E218DcCD6cF/x", "BadValue")]
    [InlineData("/v1/accounts/x/mandates", "BadValue")]
    [InlineData(
        "/v1/mandates/0x2B5AD5c4795c026514f8317c7a215E218DcCD6cF/0x2B5AD5c4795c026514f8317c7a215E218DcCD6cF",
        "MandateUnknown")]
    public async Task A3_A22_what_is_no_address_or_no_mandate_is_said(string path, string code)
    {
        using var refused = await network.Http.GetAsync(
            new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(code, await TestPayments.CodeAsync(refused));
    }

    private static async Task<string> RefusalOf(Task request) =>
        (await Assert.ThrowsAsync<BusbarException>(() => request)).Code;
}
