using Busbar.Client;
using Busbar.Keys;
using Busbar.Transactions;
using Microsoft.Data.Sqlite;

namespace Busbar.AspNetCore;

/// <summary>
/// A seller's channels, responses and unfinished settlement in SQLite, with group commit. Thread-safe.
/// </summary>
internal sealed partial class SellerStore : IAsyncDisposable
{
    private const int FormatVersion = 1;

    private const string Schema = """
        CREATE TABLE IF NOT EXISTS channel (
            id BLOB PRIMARY KEY, payer BLOB NOT NULL, voucher_key BLOB NOT NULL, deposit TEXT NOT NULL,
            claimed TEXT NOT NULL, first_voucher BLOB, closing INTEGER NOT NULL, best TEXT, used BLOB NOT NULL,
            requests INTEGER NOT NULL, accepted TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS response (
            serial INTEGER PRIMARY KEY AUTOINCREMENT, channel BLOB NOT NULL, epoch INTEGER NOT NULL,
            number INTEGER NOT NULL, token BLOB NOT NULL, fingerprint BLOB NOT NULL, start TEXT NOT NULL,
            stop TEXT NOT NULL, response BLOB);
        CREATE TABLE IF NOT EXISTS settlement (id INTEGER PRIMARY KEY, signed BLOB NOT NULL);
        CREATE TABLE IF NOT EXISTS total (name TEXT PRIMARY KEY, value TEXT NOT NULL);
        """;

    private readonly CommitLog log;

    private SellerStore(CommitLog log, byte[] idSecret)
    {
        this.log = log;
        IdSecret = idSecret;
    }

    /// <summary>Makes challenge ids.</summary>
    public byte[] IdSecret { get; }

    /// <exception cref="BusbarException">DataFolderInUse or FormatUnsupported.</exception>
    public static SellerStore Open(string? folder) =>
        new(
            CommitLog.Open(folder, "seller", FormatVersion, Schema + ChargeSchema),
            FolderAccess.LoadSecret(folder, "challenge-secret"));

    /// <summary>
    /// Stores what a channel is when the writer comes to it, so that an older state never follows a newer one;
    /// durable when the task ends.
    /// </summary>
    public Task SaveAsync(SellerChannel channel) =>
        log.TryPost(sqlite => Save(sqlite, channel.Snapshot()), out var durable)
        ? durable
        : log.WriteAsync(sqlite => Save(sqlite, channel.Snapshot()));

    /// <summary>Stores a finished request with its channel, in one transaction.</summary>
    public Task SaveAsync(SellerChannel channel, ReplayEntry entry, KeptResponse? response)
    {
        var bytes = response?.Encode();
        return log.WriteAsync(sqlite =>
        {
            channel.Commit(entry);
            Save(sqlite, channel.Snapshot());
            Save(sqlite, channel.Id, entry, bytes);
        });
    }

    public Task RemoveAsync(ChannelId id) => log.WriteAsync(sqlite =>
    {
        sqlite.Execute("DELETE FROM channel WHERE id = @id", ("@id", id.Value.ToArray()));
        sqlite.Execute("DELETE FROM response WHERE channel = @id", ("@id", id.Value.ToArray()));
    });

    /// <summary>Keeps a signed settlement until its outcome is known; forgets it with null.</summary>
    public Task SaveSettlementAsync(SignedTransaction? signed, SellerTotals totals) => log.WriteAsync(sqlite =>
    {
        sqlite.Execute("DELETE FROM settlement");
        if (signed is not null)
        {
            sqlite.Execute("INSERT INTO settlement VALUES (1, @s)", ("@s", signed.Encode()));
        }

        SaveTotal(sqlite, "claimed", totals.Claimed);
        SaveTotal(sqlite, "fees", totals.Fees);
    });

    public Task<StoredSeller> LoadAsync() => log.ReadAsync(sqlite =>
    {
        var channels = sqlite.Rows(
            """
            SELECT id, payer, voucher_key, deposit, claimed, first_voucher, closing, best, used, requests, accepted
            FROM channel
            """,
            ReadChannel).ToDictionary(channel => channel.Id);
        var responses = sqlite.Rows(
            """
            SELECT channel, epoch, number, token, fingerprint, start, stop, response FROM response ORDER BY serial DESC
            LIMIT @max
            """,
            row => (Channel: new ChannelId(row.Hash(0)), Entry: ReadEntry(row)),
            ("@max", SellerLimits.Responses));
        foreach (var (id, entry) in responses)
        {
            if (channels.TryGetValue(id, out var channel))
            {
                channel.Keep(entry);
            }
        }

        SignedTransaction? settlement = null;
        if (sqlite.Scalar<byte[]>("SELECT signed FROM settlement") is { } bytes)
        {
            Invariant.Check(SignedTransaction.TryDecode(bytes, out var decoded) == DecodeError.Unset);
            settlement = decoded!.Value;
        }

        Charged = new ChargeTotals((long)Total(sqlite, "charges").Atomic, Total(sqlite, "charged"));
        return new StoredSeller(channels.Values.ToList(), settlement, Total(sqlite, "claimed"), Total(sqlite, "fees"));
    });

    public ValueTask DisposeAsync() => log.DisposeAsync();

    private static void SaveTotal(SqliteConnection sqlite, string name, Amount value) => sqlite.Execute(
        "INSERT OR REPLACE INTO total VALUES (@n, @v)", ("@n", name), ("@v", value.ToString()));

    private static Amount Total(SqliteConnection sqlite, string name)
    {
        var text = sqlite.Scalar<string>("SELECT value FROM total WHERE name = @n", ("@n", name));
        return Amount.TryParseAtomic(text, out var value) ? value : Amount.Zero;
    }

    private static void Save(SqliteConnection sqlite, SellerChannelRow row)
    {
        var key = new CanonicalWriter();
        row.Terms.VoucherKey.Write(key);
        sqlite.Execute(
            """
            INSERT OR REPLACE INTO channel
            VALUES (@id, @payer, @key, @deposit, @claimed, @first, @closing, @best, @used, @requests, @accepted)
            """,
            ("@id", row.Terms.Id.Value.ToArray()),
            ("@payer", row.Terms.Payer.ToArray()),
            ("@key", key.ToArray()),
            ("@deposit", row.Terms.Deposit.ToString()),
            ("@claimed", row.Terms.Claimed.ToString()),
            ("@first", row.Terms.FirstVoucher?.ToArray()),
            ("@closing", row.Terms.Closing ? 1 : 0),
            ("@best", row.Best is null ? null : BestToken.Encode(row.Best)),
            ("@used", row.Used),
            ("@requests", row.Requests),
            ("@accepted", row.Accepted.ToString()));
    }

    private static void Save(SqliteConnection sqlite, ChannelId id, ReplayEntry entry, byte[]? response)
    {
        Span<byte> token = stackalloc byte[Ticks.TickHash.SizeBytes];
        entry.Key.Token.CopyTo(token);
        sqlite.Execute(
            """
            INSERT INTO response (channel, epoch, number, token, fingerprint, start, stop, response)
            VALUES (@c, @e, @n, @t, @f, @from, @to, @r)
            """,
            ("@c", id.Value.ToArray()),
            ("@e", (long)entry.Key.Epoch),
            ("@n", entry.Key.Number),
            ("@t", token.ToArray()),
            ("@f", entry.Fingerprint.ToArray()),
            ("@from", entry.From.ToString()),
            ("@to", entry.To.ToString()),
            ("@r", response));
        sqlite.Execute(
            "DELETE FROM response WHERE serial <= (SELECT max(serial) FROM response) - @max",
            ("@max", SellerLimits.StoredResponses));
    }

    private static SellerChannel ReadChannel(SqliteDataReader row)
    {
        var reader = new CanonicalReader(row.Blob(2));
        var key = PublicKey.Read(ref reader);
        Invariant.Check(key is not null);
        var terms = new ChannelTerms(
            new ChannelId(row.Hash(0)),
            new Address(row.Blob(1)),
            key,
            row.Amount(3),
            row.Amount(4),
            row.Blob(5) is { } first ? new Hash256(first) : null,
            row.GetInt32(6) != 0);
        _ = BestToken.TryDecode(row.IsDBNull(7) ? null : row.GetString(7), out var best);
        return SellerChannel.Restore(
            new SellerChannelRow(terms, best, row.Blob(8)!, row.GetInt64(9), row.Amount(10)));
    }

    private static ReplayEntry ReadEntry(SqliteDataReader row)
    {
        var key = new TickHashKey((ulong)row.GetInt64(1), row.GetInt64(2), new Ticks.TickHash(row.Blob(3)));
        var entry = new ReplayEntry(row.Hash(4), key, row.Amount(5), row.Amount(6));
        entry.Finish(row.Blob(7) is { } bytes ? KeptResponse.Decode(bytes) : null);
        return entry;
    }
}

/// <summary>What a seller finds in its data folder.</summary>
internal sealed record StoredSeller(
    IReadOnlyList<SellerChannel> Channels, SignedTransaction? Settlement, Amount Claimed, Amount Fees);
