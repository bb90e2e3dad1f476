using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace Busbar.Client;

/// <summary>
/// One SQLite file with one writer that commits what has gathered as one synced transaction: the cost of a sync is
/// shared by everything that waits for it. Writes execute in the order they were given. Thread-safe. When the disk
/// refuses a commit, this and every later write fails: nothing is ever reported durable that is not.
/// </summary>
internal sealed class CommitLog : IAsyncDisposable
{
    /// <summary>Writes that may wait; the next one waits for room.</summary>
    public const int MaxPending = 8_192;

    /// <summary>Writes of one transaction.</summary>
    public const int MaxBatch = 1_024;

    private readonly Channel<PendingWrite> queue = Channel.CreateBounded<PendingWrite>(
        new BoundedChannelOptions(MaxPending) { SingleReader = true });

    private readonly SqliteConnection connection;
    private readonly FileStream? folderLock;
    private readonly Task loop;

    private CommitLog(SqliteConnection connection, FileStream? folderLock)
    {
        this.connection = connection;
        this.folderLock = folderLock;
        loop = Task.Run(RunAsync);
    }

    /// <summary>
    /// Opens or makes the file in a folder that no other process may use at the same time; keeps everything in
    /// memory when the folder is null.
    /// </summary>
    /// <param name="folder">The folder, made when missing; readable by its owner only.</param>
    /// <param name="name">File name without extension.</param>
    /// <param name="formatVersion">The format this code writes; an older or newer file is refused.</param>
    /// <param name="schema">CREATE TABLE IF NOT EXISTS statements.</param>
    /// <exception cref="BusbarException">DataFolderInUse, or FormatUnsupported.</exception>
    public static CommitLog Open(string? folder, string name, int formatVersion, string schema)
    {
        FileStream? folderLock = null;
        SqliteConnection? connection = null;
        try
        {
            var source = ":memory:";
            if (folder is not null)
            {
                FolderAccess.CreatePrivate(folder);
                folderLock = FolderAccess.Lock(Path.Combine(folder, name + ".lock"));
                source = Path.Combine(folder, name + ".sqlite");
            }

            connection = new SqliteConnection(
                new SqliteConnectionStringBuilder { DataSource = source, Pooling = false }.ToString());
            connection.Open();
            connection.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
            connection.Execute("CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value BLOB NOT NULL);");
            CheckFormat(connection, source, formatVersion);
            connection.Execute(schema);
            return new CommitLog(connection, folderLock);
        }
        catch
        {
            connection?.Dispose();
            folderLock?.Dispose();
            throw;
        }
    }

    /// <summary>Queues a write; the task ends when it is on disk.</summary>
    public async Task WriteAsync(Action<SqliteConnection> write, CancellationToken cancellation = default)
    {
        var pending = new PendingWrite(write);
        await queue.Writer.WriteAsync(pending, cancellation);
        await pending.Done.Task.WaitAsync(cancellation);
    }

    /// <summary>Queues a write without waiting; false when too many wait already.</summary>
    public bool TryPost(Action<SqliteConnection> write, out Task durable)
    {
        var pending = new PendingWrite(write);
        durable = pending.Done.Task;
        return queue.Writer.TryWrite(pending);
    }

    /// <summary>Reads; the reading takes its turn among the writes.</summary>
    public async Task<T> ReadAsync<T>(Func<SqliteConnection, T> read, CancellationToken cancellation = default)
    {
        T? result = default;
        await WriteAsync(sqlite => result = read(sqlite), cancellation);
        return result!;
    }

    /// <summary>Commits what waits and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await loop;
        await connection.DisposeAsync();
        if (folderLock is not null)
        {
            await folderLock.DisposeAsync();
        }
    }

    private async Task RunAsync()
    {
        var batch = new List<PendingWrite>(MaxBatch);
        while (await queue.Reader.WaitToReadAsync())
        {
            batch.Clear();
            while (batch.Count < MaxBatch && queue.Reader.TryRead(out var pending))
            {
                batch.Add(pending);
            }

            Commit(batch);
        }
    }

    private void Commit(List<PendingWrite> batch)
    {
        Exception? failure = null;
        try
        {
            using var transaction = connection.BeginTransaction();
            foreach (var pending in batch)
            {
                pending.Write(connection);
            }

            transaction.Commit();
        }
        catch (Exception exception)
        {
            // Whoever waits gets the failure; the log itself goes no further, so that order is never broken.
            failure = exception;
            queue.Writer.TryComplete(exception);
        }

        foreach (var pending in batch)
        {
            if (failure is null)
            {
                pending.Done.TrySetResult();
            }
            else
            {
                pending.Fail(failure);
            }
        }

        while (failure is not null && queue.Reader.TryRead(out var pending))
        {
            pending.Fail(failure);
        }
    }

    private static void CheckFormat(SqliteConnection connection, string source, int formatVersion)
    {
        var stored = connection.Scalar<long?>("SELECT value FROM meta WHERE name = 'format'");
        if (stored is null)
        {
            connection.Execute("INSERT INTO meta VALUES ('format', @v)", ("@v", formatVersion));
        }
        else if (stored != formatVersion)
        {
            throw new BusbarException(
                "FormatUnsupported",
                $"{source} has format {stored}; this version of Busbar reads format {formatVersion}.");
        }
    }

    private sealed record PendingWrite(Action<SqliteConnection> Write)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Fail(Exception failure)
        {
            Done.TrySetException(failure);
            // A write that was posted has no waiter: its failure is reported by the next write, which fails too.
            _ = Done.Task.Exception;
        }
    }
}
