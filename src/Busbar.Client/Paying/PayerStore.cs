using Busbar.Transactions;
using Microsoft.Data.Sqlite;

namespace Busbar.Client;

/// <summary>
/// Channels, positions and purchases of one payer in SQLite; each write is on disk when its task ends.
/// </summary>
internal sealed partial class PayerStore : IAsyncDisposable
{
    /// <summary>Named purchases that are remembered; the oldest are forgotten first.</summary>
    public const int MaxPurchases = 100_000;

    private const int FormatVersion = 1;

    private const string Schema = """
        CREATE TABLE IF NOT EXISTS channel (
            id BLOB PRIMARY KEY, payee BLOB NOT NULL, asset BLOB NOT NULL, status INTEGER NOT NULL,
            deposit TEXT NOT NULL, start TEXT NOT NULL, committed TEXT NOT NULL, voucher BLOB NOT NULL,
            reserved INTEGER NOT NULL, settled INTEGER NOT NULL, pending BLOB, earlier TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS purchase (
            serial INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, channel BLOB NOT NULL,
            epoch INTEGER NOT NULL, number INTEGER NOT NULL, count INTEGER NOT NULL);
        """;

    private readonly CommitLog log;

    private PayerStore(CommitLog log, byte[] tickSecret)
    {
        this.log = log;
        TickSecret = tickSecret;
    }

    /// <summary>Apart from the signing key, so that a leak of ticks never leaks the account.</summary>
    public byte[] TickSecret { get; }

    /// <exception cref="BusbarException">DataFolderInUse, DataFolderOfAnotherAccount, or FormatUnsupported.</exception>
    public static async Task<PayerStore> OpenAsync(string? folder, Address account, CancellationToken cancellation)
    {
        var log = CommitLog.Open(folder, "buyer", FormatVersion, Schema + ChargeSchema);
        var owner = await log.ReadAsync(
            sqlite =>
            {
                sqlite.Execute("INSERT OR IGNORE INTO meta VALUES ('account', @a)", ("@a", account.ToArray()));
                return sqlite.Scalar<byte[]>("SELECT value FROM meta WHERE name = 'account'");
            },
            cancellation);
        if (!account.ToArray().AsSpan().SequenceEqual(owner))
        {
            await log.DisposeAsync();
            throw new BusbarException(
                "DataFolderOfAnotherAccount", $"{folder} belongs to {new Address(owner)}, not to {account}.");
        }

        return new PayerStore(log, FolderAccess.LoadSecret(folder, "tick-secret"));
    }

    /// <summary>
    /// The channels as a crash left them. Ticks that were handed to a named purchase are that purchase's for good,
    /// whether the seller remembers them or not: they are not offered again.
    /// </summary>
    public Task<List<PayerChannel>> LoadAsync(CancellationToken cancellation) => log.ReadAsync(
        sqlite =>
        {
            var named = sqlite.Rows(
                "SELECT channel, epoch, max(number) FROM purchase GROUP BY channel, epoch",
                row => (Channel: new ChannelId(row.Hash(0)), Epoch: (ulong)row.GetInt64(1), Number: row.GetInt64(2)))
                .ToDictionary(last => (last.Channel, last.Epoch), last => last.Number);
            var channels = sqlite.Rows(
                """
                SELECT id, payee, asset, status, deposit, start, committed, voucher, reserved, settled, pending, earlier
                FROM channel
                """,
                ReadChannel);
            return channels.ConvertAll(channel => channel with
            {
                Settled = Math.Max(
                    channel.Settled, named.GetValueOrDefault((channel.Id, channel.Voucher.Epoch))),
            });
        },
        cancellation);

    public Task SaveAsync(PayerChannel channel) => log.WriteAsync(sqlite => Save(sqlite, channel));

    /// <summary>Remembers which ticks pay for a named purchase, before they are revealed.</summary>
    public Task SavePurchaseAsync(string id, Purchase purchase) => log.WriteAsync(sqlite =>
    {
        sqlite.Execute(
            """
            INSERT INTO purchase (id, channel, epoch, number, count) VALUES (@id, @c, @e, @n, @count)
            ON CONFLICT (id) DO UPDATE SET channel = @c, epoch = @e, number = @n, count = @count
            """,
            ("@id", id),
            ("@c", purchase.Channel.Value.ToArray()),
            ("@e", (long)purchase.Epoch),
            ("@n", purchase.Number),
            ("@count", purchase.Count));
        sqlite.Execute(
            "DELETE FROM purchase WHERE serial <= (SELECT max(serial) FROM purchase) - @max", ("@max", MaxPurchases));
    });

    public Task<Purchase?> FindPurchaseAsync(string id, CancellationToken cancellation) => log.ReadAsync(
        sqlite => sqlite.Rows(
            "SELECT channel, epoch, number, count FROM purchase WHERE id = @id",
            row => new Purchase(new ChannelId(row.Hash(0)), (ulong)row.GetInt64(1), row.GetInt64(2), row.GetInt32(3)),
            ("@id", id)).SingleOrDefault(),
        cancellation);

    public ValueTask DisposeAsync() => log.DisposeAsync();

    private static void Save(SqliteConnection sqlite, PayerChannel channel) => sqlite.Execute(
        """
        INSERT OR REPLACE INTO channel
        VALUES (
            @id, @payee, @asset, @status, @deposit, @start, @committed, @voucher, @reserved, @settled, @pending,
            @earlier)
        """,
        ("@id", channel.Id.Value.ToArray()),
        ("@payee", channel.Payee.ToArray()),
        ("@asset", channel.Asset.ToArray()),
        ("@status", (int)channel.Status),
        ("@deposit", channel.Deposit.ToString()),
        ("@start", channel.Start.ToString()),
        ("@committed", channel.Committed.ToString()),
        ("@voucher", new VoucherHeader(channel.Voucher, channel.Proof).Encode()),
        ("@reserved", channel.Reserved),
        ("@settled", channel.Settled),
        ("@pending", channel.Pending?.Encode()),
        ("@earlier", channel.EarlierRevealed.ToString()));

    private static PayerChannel ReadChannel(SqliteDataReader row)
    {
        Invariant.Check(VoucherHeader.TryDecode(row.GetString(7), out var voucher));
        SignedTransaction? pending = null;
        if (row.Blob(10) is { } bytes)
        {
            Invariant.Check(SignedTransaction.TryDecode(bytes, out var decoded) == DecodeError.Unset);
            pending = decoded!.Value;
        }

        return new PayerChannel
        {
            Id = new ChannelId(row.Hash(0)),
            Payee = new Address(row.Blob(1)),
            Asset = new Address(row.Blob(2)),
            Status = (PayerChannelStatus)row.GetInt32(3),
            Deposit = row.Amount(4),
            Start = row.Amount(5),
            Committed = row.Amount(6),
            Voucher = voucher.Voucher,
            Proof = voucher.Proof,
            Reserved = row.GetInt64(8),
            Settled = row.GetInt64(9),
            EarlierRevealed = row.Amount(11),
            Pending = pending,
        };
    }
}

/// <summary>Which ticks pay for a purchase: those from Number - Count + 1 to Number.</summary>
internal sealed record Purchase(ChannelId Channel, ulong Epoch, long Number, int Count);
