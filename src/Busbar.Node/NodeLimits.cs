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

    /// <summary>Bytes of a record in the vote journal: a full block and its frame.</summary>
    public const int JournalRecordSizeBytes = BlockSizeBytes + (64 * 1024);

    /// <summary>Bytes of a stored block: its transactions, header, certificate and receipts.</summary>
    public const int StoredBlockSizeBytes = BlockSizeBytes + (1024 * 1024);

    /// <summary>Bytes of one message between replicas: the largest certificate and its frame.</summary>
    public const int ConsensusMessageSizeBytes = 32 * 1024;

    /// <summary>Transactions in one message between nodes.</summary>
    public const int TransactionsPerMessage = 256;

    /// <summary>Bytes of transactions in one message between nodes, one transaction more or less.</summary>
    public const int TransactionsPerMessageSizeBytes = 1024 * 1024;

    /// <summary>Blocks in one message between nodes.</summary>
    public const int BlocksPerMessage = 512;

    /// <summary>Blocks that an answer to a history request has at the most before it looks for its last certificate.</summary>
    public const int HistoryBlocks = 64;

    /// <summary>Bytes of blocks in one answer to a history request, one block more or less.</summary>
    public const int HistorySizeBytes = 1024 * 1024;

    /// <summary>A peer's history requests are answered at most this often.</summary>
    public const ulong HistoryIntervalMs = 10;

    /// <summary>Checked transactions that are remembered until their block comes.</summary>
    public const int RememberedTransactions = 65_536;

    /// <summary>Blocks that came and are not executed.</summary>
    public const int HeldBlocks = 512;

    /// <summary>Bytes of transactions in blocks that came and are not executed.</summary>
    public const long HeldBlocksSizeBytes = 128L * 1024 * 1024;

    /// <summary>Blocks with a known fault that are remembered, so that they are not executed again.</summary>
    public const int RememberedFaults = 1_024;

    /// <summary>Blocks that proposals of one view may bring: an honest leader sends one.</summary>
    public const int ProposalsPerView = 2;

    /// <summary>Blocks that are asked for at once.</summary>
    public const int WantedBlocks = 64;

    /// <summary>Heights between this node and the others up to which blocks are asked for one by one.</summary>
    public const ulong SingleFetchHeights = 16;

    /// <summary>Final blocks that may wait for storage; past it the loop waits too.</summary>
    public const int UnstoredBatches = 64;

    /// <summary>How far a block's time may lie ahead of the clock of a validator that votes for it, in ms.</summary>
    public const ulong ClockAheadMs = 500;

    /// <summary>Messages that the loop takes before it writes its journal and lets the replica go on.</summary>
    public const int LoopBatch = 512;
}
