namespace Busbar.Client;

internal sealed partial class PayerStore
{
    /// <summary>Charges that are remembered; the oldest are forgotten first, and stay counted.</summary>
    public const int MaxCharges = 100_000;

    private const string ChargeSchema = """
        CREATE TABLE IF NOT EXISTS charge (
            serial INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, header TEXT NOT NULL,
            value TEXT NOT NULL, price TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS charged (id INTEGER PRIMARY KEY, total TEXT NOT NULL);
        """;

    /// <summary>What all charges bind of the budget, those that are forgotten too.</summary>
    public Task<Amount> LoadChargedAsync(CancellationToken cancellation) => log.ReadAsync(
        sqlite => Amount.TryParseAtomic(sqlite.Scalar<string>("SELECT total FROM charged"), out var total)
            ? total
            : Amount.Zero,
        cancellation);

    /// <summary>The charge of a named purchase, or null when it has none.</summary>
    public Task<SignedCharge?> FindChargeAsync(string id, CancellationToken cancellation) => log.ReadAsync(
        sqlite => sqlite.Rows(
            "SELECT header, value, price FROM charge WHERE id = @id",
            row => new SignedCharge(row.GetString(0), row.GetString(1), row.Amount(2)),
            ("@id", id)).SingleOrDefault(),
        cancellation);

    /// <summary>Keeps a charge before its signature leaves, with what it can cost at the most.</summary>
    public Task SaveChargeAsync(string id, SignedCharge charge, Amount bound) => log.WriteAsync(sqlite =>
    {
        sqlite.Execute(
            "INSERT INTO charge (id, header, value, price) VALUES (@id, @h, @v, @p)",
            ("@id", id),
            ("@h", charge.Header),
            ("@v", charge.Value),
            ("@p", charge.Price.ToString()));
        _ = Amount.TryParseAtomic(sqlite.Scalar<string>("SELECT total FROM charged"), out var total);
        sqlite.Execute("INSERT OR REPLACE INTO charged VALUES (1, @t)", ("@t", (total + bound).ToString()));
        sqlite.Execute(
            "DELETE FROM charge WHERE serial <= (SELECT max(serial) FROM charge) - @max", ("@max", MaxCharges));
    });
}

/// <summary>An authorization as the header that pays for a request.</summary>
/// <param name="Header">Name of the header.</param>
/// <param name="Value">Its value, with the signature.</param>
/// <param name="Price">What the payee gets.</param>
internal sealed record SignedCharge(string Header, string Value, Amount Price);
