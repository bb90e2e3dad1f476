using System.Globalization;
using System.Text.Json;
using Busbar.Processes;

namespace Busbar.EndToEnd;

public sealed class DemoTests : IDisposable
{
    private const int AllRows = 1_461;
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_demo_sells_every_row_and_accounts_for_every_atom()
    {
        var file = folder.File("bought.csv");

        var demo = (await BusbarProcess.RunAsync("demo", "--json", "--out", file)).ExitsWith(0).Json;

        AssertAccount(demo, rows: AllRows, bought: AllRows, price: 100_000);
        Assert.Equal(WeatherSource.Bytes, await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
        Assert.InRange(demo.GetProperty("ledgerTransactions").GetInt32(), 2, 100);
        Assert.InRange(demo.GetProperty("payerSignatures").GetInt64(), 1, 20);
        Assert.InRange(demo.GetProperty("finalityMsP50").GetDouble(), 0.001, 5_000);
        Assert.InRange(
            demo.GetProperty("paymentMsP50").GetDouble(), 0.001, demo.GetProperty("paymentMsP99").GetDouble());
    }

    [Fact]
    public async Task The_line_has_exactly_the_fields_that_are_promised()
    {
        var demo = (await BusbarProcess.RunAsync("demo", "--json", "--rows", "1")).ExitsWith(0).Json;

        Assert.Equal(
            [
                "kind", "rows", "bought", "priceAtomic", "paidAtomic", "sellerReceivedAtomic", "feesAtomic", "ticks",
                "payerSignatures", "ledgerTransactions", "conserved", "finalityMsP50", "paymentMsP50", "paymentMsP99",
            ],
            demo.EnumerateObject().Select(property => property.Name));
        AssertAccount(demo, rows: 1, bought: 1, price: 100_000);
    }

    [Theory]
    [InlineData("0.05", 500)]
    [InlineData("0.00019", 1)]
    [InlineData("0.00009", 0)]
    public async Task A_budget_is_the_most_that_is_paid_for_rows(string budget, int bought)
    {
        var file = folder.File("bought.csv");

        var demo = (await BusbarProcess.RunAsync("demo", "--json", "--budget", budget, "--out", file)).ExitsWith(0);

        AssertAccount(demo.Json, rows: AllRows, bought, price: 100_000);
        Assert.Equal(
            WeatherSource.Prefix(bought), await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("0.000000001", 1)]
    [InlineData("12.5", 12_500_000_000)]
    public async Task A_price_may_be_a_billionth_of_a_dollar_or_many_dollars(string price, long atomic)
    {
        var demo = (await BusbarProcess.RunAsync("demo", "--json", "--rows", "20", "--price", price)).ExitsWith(0);

        AssertAccount(demo.Json, rows: 20, bought: 20, price: atomic);
    }

    [Theory]
    [InlineData("--price", "0.0000000001")]
    [InlineData("--price", "0")]
    [InlineData("--price", "-1")]
    [InlineData("--price", "cheap")]
    [InlineData("--budget", "1e3")]
    [InlineData("--rows", "0")]
    [InlineData("--rows", "1462")]
    [InlineData("--rows", "many")]
    [InlineData("--api", "nowhere")]
    [InlineData("--unknown", "1")]
    public async Task Wrong_usage_exits_with_2_and_shows_how_it_is_used(string option, string value)
    {
        var demo = await BusbarProcess.RunAsync("demo", "--json", option, value);

        demo.ExitsWith(2);
        Assert.Empty(demo.Output);
        Assert.Contains("Usage:", demo.Errors, StringComparison.Ordinal);
        Assert.Contains("busbar: ", demo.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task People_read_progress_and_an_account_without_escape_codes_in_a_pipe()
    {
        var demo = (await BusbarProcess.RunAsync("demo", "--rows", "50")).ExitsWith(0);

        Assert.Contains("50", demo.Output, StringComparison.Ordinal);
        Assert.Contains("payments/s", demo.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', demo.Output + demo.Errors);
    }

    internal static void AssertAccount(JsonElement demo, int rows, int bought, long price)
    {
        var paid = (bought * price).ToString(CultureInfo.InvariantCulture);
        Assert.Equal("demo", demo.GetProperty("kind").GetString());
        Assert.Equal(rows, demo.GetProperty("rows").GetInt32());
        Assert.Equal(bought, demo.GetProperty("bought").GetInt32());
        Assert.Equal(price.ToString(CultureInfo.InvariantCulture), demo.GetProperty("priceAtomic").GetString());
        Assert.Equal(paid, demo.GetProperty("paidAtomic").GetString());
        Assert.Equal(paid, demo.GetProperty("sellerReceivedAtomic").GetString());
        Assert.Equal(bought, demo.GetProperty("ticks").GetInt64());
        Assert.True(demo.GetProperty("conserved").GetBoolean());
        var fees = UInt128.Parse(demo.GetProperty("feesAtomic").GetString()!, CultureInfo.InvariantCulture);
        Assert.Equal(bought > 0, fees > 0);
    }
}
