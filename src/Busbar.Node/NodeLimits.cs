namespace Busbar.Node;

/// <summary>Every bound of a node; one past it is refused with an error that says so.</summary>
public static class NodeLimits
{
    /// <summary>Transactions that may wait in the mempool.</summary>
    public const int MempoolTransactions = 20_000;

    /// <summary>Transactions of one account that may wait.</summary>
    public const int MempoolTransactionsPerAccount = 2_048;

    /// <summary>Bytes of transactions that may wait.</summary>
    public const long MempoolSizeBytes = 64L * 1024 * 1024;

    /// <summary>Transactions in one block.</summary>
    public const int BlockTransactions = 4_096;

    /// <summary>Bytes of transactions in one block.</summary>
    public const int BlockSizeBytes = 4 * 1024 * 1024;

    /// <summary>Messages that may wait for the replica's loop; a submission past it is told to come again.</summary>
    public const int LoopQueue = 8_192;

    /// <summary>Longest time that one request may wait for finality.</summary>
    public const int MaxWaitMs = 30_000;

    /// <summary>Bytes of a request body: a transaction in hexadecimal inside JSON.</summary>
    public const int RequestBodySizeBytes = (2 * Limits.TransactionSizeBytes) + 1_024;

    /// <summary>Bytes of all headers of a request together.</summary>
    public const int RequestHeadersSizeBytes = 16 * 1024;

    /// <summary>Connections to the API at once.</summary>
    public const int ApiConnections = 10_000;

    /// <summary>Event streams open at once.</summary>
    public const int EventStreams = 4_096;

    /// <summary>Events that one read of the store brings to a stream.</summary>
    public const int EventsPerRead = 256;

    /// <summary>Channels that one answer lists.</summary>
    public const int ChannelsPerAnswer = 1_000;

    /// <summary>Accounts that may share one 16-byte intent id before a look-up must name the account.</summary>
    public const int IntentsPerLookup = 16;

    /// <summary>Size of a file of the vote journal; past it, what is no longer live is left behind.</summary>
    public const long JournalTurnSizeBytes = 8L * 1024 * 1024;

    /// <summary>Bytes of votes and blocks that are not final in the vote journal; past it the node stops.</summary>
    public const long JournalSizeBytes = 1024L * 1024 * 1024;

    /// <summary>Bytes that the vote journal writes as one group.</summary>
    public const int JournalGroupSizeBytes = 16 * 1024 * 1024;

    /// <summary>Records that the vote journal writes as one group.</summary>
    public const int JournalGroupEntries = 4_096;

    /// <summary>Bytes of a node's configuration file.</summary>
    public const int ConfigSizeBytes = 256 * 1024;

    /// <summary>Characters of a path in a configuration file.</summary>
    public const int ConfigPathLength = 4_096;

    /// <summary>Characters of a host name or an address.</summary>
    public const int HostNameLength = 253;

    /// <summary>The longest timer of consensus that a configuration may ask for: an hour.</summary>
    public const ulong MaxPaceMs = 3_600_000;
}
