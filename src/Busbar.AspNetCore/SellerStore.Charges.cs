using Busbar.Client;
using Microsoft.Data.Sqlite;

namespace Busbar.AspNetCore;

internal sealed partial class SellerStore
{
    private const string ChargeSchema = """
        CREATE TABLE IF NOT EXISTS charge (
            key BLOB PRIMARY KEY, request BLOB NOT NULL, expiry INTEGER NOT NULL, tx BLOB, served INTEGER NOT NULL,
            response BLOB);
        CREATE INDEX IF NOT EXISTS charge_expiry ON charge (expiry);
        """;

    private readonly Lock charging = new();
    private ChargeTotals charged;

    /// <summary>What the ledger has executed of charges.</summary>
    public ChargeTotals Charged
    {
        get
        {
            lock (charging)
            {
                return charged;
            }
        }

        private set
        {
            lock (charging)
            {
                charged = value;
            }
        }
    }

    /// <summary>What is known of a charge, or null when it is new.</summary>
    public Task<StoredCharge?> FindChargeAsync(Hash256 key) => log.ReadAsync(sqlite => sqlite.Rows(
        "SELECT request, tx, served, response FROM charge WHERE key = @k",
        row => new StoredCharge(
            row.Hash(0),
            row.Blob(1) is { } hash ? new Hash256(hash) : null,
            row.GetInt32(2) != 0,
            row.Blob(3) is { } bytes ? KeptResponse.Decode(bytes) : null),
        ("@k", key.ToArray())).SingleOrDefault());

    /// <summary>Binds a charge to its request before it is settled; false when there is no room for it.</summary>
    public async Task<bool> AddChargeAsync(Charge charge)
    {
        var added = false;
        await log.WriteAsync(sqlite =>
        {
            var over = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - SellerLimits.ChargeKeptSeconds;
            sqlite.Execute("DELETE FROM charge WHERE expiry < @over", ("@over", over));
            added = sqlite.Scalar<long?>("SELECT count(*) FROM charge") < SellerLimits.Charges;
            if (added)
            {
                sqlite.Execute(
                    "INSERT INTO charge VALUES (@k, @r, @e, NULL, 0, NULL)",
                    ("@k", charge.Key.ToArray()),
                    ("@r", charge.Request.ToArray()),
                    ("@e", (long)charge.ExpirySeconds));
            }
        });
        return added;
    }

    /// <summary>Notes that the ledger has executed a charge.</summary>
    public Task SettleChargeAsync(Charge charge, Hash256 transaction) => log.WriteAsync(sqlite =>
    {
        sqlite.Execute(
            "UPDATE charge SET tx = @t WHERE key = @k",
            ("@t", transaction.ToArray()),
            ("@k", charge.Key.ToArray()));
        Charged = new ChargeTotals(Charged.Count + 1, Charged.Amount + charge.Amount);
        SaveTotal(sqlite, "charges", new Amount((ulong)Charged.Count));
        SaveTotal(sqlite, "charged", Charged.Amount);
    });

    /// <summary>Forgets a charge that the ledger refused.</summary>
    public Task RemoveChargeAsync(Hash256 key) => log.WriteAsync(sqlite =>
        sqlite.Execute("DELETE FROM charge WHERE key = @k", ("@k", key.ToArray())));

    /// <summary>Keeps what a charge was served; null for a response that was too long.</summary>
    public Task FinishChargeAsync(Hash256 key, KeptResponse? response)
    {
        var bytes = response?.Encode();
        return log.WriteAsync(sqlite => sqlite.Execute(
            "UPDATE charge SET served = 1, response = @r WHERE key = @k", ("@r", bytes), ("@k", key.ToArray())));
    }
}

/// <summary>What a seller knows of a charge.</summary>
/// <param name="Request">The fingerprint of the one request that it pays for.</param>
/// <param name="Transaction">The signing hash of what executed it; null before.</param>
/// <param name="IsServed">True once the handler has answered.</param>
/// <param name="Response">The answer; null when it was too long to keep.</param>
internal sealed record StoredCharge(Hash256 Request, Hash256? Transaction, bool IsServed, KeptResponse? Response);

/// <summary>Charges that the ledger has executed, and what they paid together.</summary>
internal readonly record struct ChargeTotals(long Count, Amount Amount);
