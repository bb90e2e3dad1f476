namespace Busbar.Node;

/// <summary>Every bound of a node; one past it is refused with an error that says so.</summary>
public static class NodeLimits
{
    /// <summary>Transactions that may wait in the mempool.</summary>
    public const int MempoolTransactions = 20_000;

    /// <summary>Transactions that may wait of one account or fee payer, or of all young and poor ones.</summary>
    public const int MempoolTransactionsPerAccount = 2_048;

    /// <summary>Transactions that may wait of one young or poor account that no established one pays for.</summary>
    public const int MempoolTransactionsPerYoungAccount = 64;

    /// <summary>Bytes of transactions that may wait of one account or fee payer: those of a whole block.</summary>
    public const long MempoolSizeBytesPerAccount = BlockSizeBytes;

    /// <summary>One account may fill one of so many parts of what is free in the pool.</summary>
    public const int MempoolFreeParts = 4;

    /// <summary>Of an account's places in the pool its delegates together may fill one of so many parts.</summary>
    public const int MempoolDelegateParts = 2;

    /// <summary>Bytes of transactions that may wait.</summary>
    public const long MempoolSizeBytes = 64L * 1024 * 1024;

    /// <summary>Units of block cost that a lane of the mempool may spend in a turn: three plain transfers.</summary>
    public const long TurnQuantum = 8_192;

    /// <summary>An account younger than a day has no lane of its own in the mempool.</summary>
    public const ulong YoungAccountMs = 24 * 3_600_000;

    /// <summary>
    /// Nor has one that holds less, in the fee asset of its transaction: worth 10,000,000 fee units, a cent.
    /// </summary>
    public const ulong LaneBalanceFeeUnits = 10_000_000;

    /// <summary>Transactions in one block: more never fit, spec/ledger.md#L-26.</summary>
    public const int BlockTransactions = 4_096;

    /// <summary>Bytes of transactions in one block: more never fit, spec/ledger.md#L-26.</summary>
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

    /// <summary>
    /// Connections to the API from one address: a quarter of all, so that no single host keeps the others out. An
    /// address of IPv6 is its first 64 bits, what one host is given.
    /// </summary>
    public const int ApiConnectionsPerAddress = ApiConnections / 4;

    /// <summary>Event streams open at once to one address.</summary>
    public const int EventStreamsPerAddress = EventStreams / 4;

    /// <summary>Headers of a request.</summary>
    public const int RequestHeaders = 64;

    /// <summary>Bytes of the line that a request begins with.</summary>
    public const int RequestLineSizeBytes = 8 * 1024;

    /// <summary>
    /// Bytes a second at which a body must come and an answer must be taken, once <see cref="ApiPatience"/> is over.
    /// </summary>
    public const double ApiBytesPerSecond = 240;

    /// <summary>
    /// Bytes of a transaction, or of a message of a node that is no validator, from which on it is long: it may hold so
    /// many signatures that checking it is work, and work that nobody has paid for. A short one holds fewer than 40.
    /// </summary>
    public const int LongTransactionSizeBytes = 4 * 1024;

    /// <summary>Events that one read of the store brings to a stream.</summary>
    public const int EventsPerRead = 256;

    /// <summary>Balances that one answer lists, those of genesis' assets not counted.</summary>
    public const int BalancesPerAnswer = 1_000;

    /// <summary>Mandates that one answer lists.</summary>
    public const int MandatesPerAnswer = 1_000;

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

    /// <summary>Blocks of an answer to a history request, until the next one that has a certificate.</summary>
    public const int HistoryBlocks = 64;

    /// <summary>Bytes of blocks in one answer to a history request, one block more or less.</summary>
    public const int HistorySizeBytes = 1024 * 1024;

    /// <summary>A peer's history requests are answered at most this often.</summary>
    public const ulong HistoryIntervalMs = 10;

    /// <summary>Checked transactions that are remembered until their block comes.</summary>
    public const int RememberedTransactions = 65_536;

    /// <summary>Signatures of validators that are remembered as right.</summary>
    public const int RememberedSignatures = 16_384;

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

    /// <summary>Bytes of one message between nodes: a full block and its frame.</summary>
    public const int PeerMessageSizeBytes = 6 * 1024 * 1024;

    /// <summary>Bytes of a message between nodes with its frame.</summary>
    public const int PeerFrameSizeBytes = PeerMessageSizeBytes + 64;

    /// <summary>Connections of other nodes at once.</summary>
    public const int PeerConnections = 1_024;

    /// <summary>Connections to the port for other nodes from one address: more than the largest set makes.</summary>
    public const int PeerConnectionsPerAddress = PeerConnections / 2;

    /// <summary>Streams in one connection of another node.</summary>
    public const int PeerStreamsPerConnection = 8;

    /// <summary>Links of nodes that are no validators.</summary>
    public const int ObserverLinks = 64;

    /// <summary>Accepted links of one key: past it the oldest ends, since its node has most likely gone.</summary>
    public const int AcceptedLinksPerKey = 2;

    /// <summary>Fetches that are served at once, one for each key.</summary>
    public const int PeerFetches = 4;

    /// <summary>Fetches of nodes that are no validators that are served at once.</summary>
    public const int ObserverFetches = 2;

    /// <summary>Consensus messages that wait for one link.</summary>
    public const int LinkVotes = 4_096;

    /// <summary>Bytes of consensus messages and their blocks that wait for one link.</summary>
    public const long LinkVotesSizeBytes = 16L * 1024 * 1024;

    /// <summary>Transactions and blocks that wait for one link, in messages.</summary>
    public const int LinkBulk = 4_096;

    /// <summary>Bytes of transactions and blocks that wait for one link.</summary>
    public const long LinkBulkSizeBytes = 32L * 1024 * 1024;

    /// <summary>Messages a second that a validator may send over one link.</summary>
    public const long PeerMessagesPerSecond = 20_000;

    /// <summary>Bytes a second that a validator may send over one link.</summary>
    public const long PeerBytesPerSecond = 64L * 1024 * 1024;

    /// <summary>Messages a second that anybody else may send over one link.</summary>
    public const long ObserverMessagesPerSecond = 500;

    /// <summary>Bytes a second that anybody else may send over one link.</summary>
    public const long ObserverBytesPerSecond = 4L * 1024 * 1024;

    /// <summary>How long a key that was caught is not talked to, the first time.</summary>
    public const long PeerPenaltyMs = 5_000;

    /// <summary>How long it is not talked to at the most.</summary>
    public const long MaxPeerPenaltyMs = 60_000;

    /// <summary>The newest version of the rules that this release executes blocks by.</summary>
    public const ulong ProtocolVersion = 1;

    /// <summary>Bytes of a state key that a client may ask for.</summary>
    public const int StateKeySizeBytes = 256;

    /// <summary>Entries of the file with what is known against validators.</summary>
    public const int EvidenceEntries = 256;

    /// <summary>Bytes of that file.</summary>
    public const int EvidenceSizeBytes = 1024 * 1024;

    /// <summary>Keys whose penalties are remembered.</summary>
    public const int Penalties = 4_096;

    /// <summary>After a snapshot was asked for, none is for so long.</summary>
    public const ulong SnapshotIntervalMs = 2_000;

    /// <summary>Bytes of the ledger's write-ahead logs; past it the oldest goes into tables and is deleted.</summary>
    public const ulong LedgerLogSizeBytes = 64UL * 1024 * 1024;

    /// <summary>Bytes of a whole snapshot.</summary>
    public const long SnapshotSizeBytes = 8L * 1024 * 1024 * 1024;

    /// <summary>Bytes of objects in one chunk of a snapshot, one object more or less.</summary>
    public const int SnapshotChunkSizeBytes = 256 * 1024;

    /// <summary>Objects in one chunk of a snapshot.</summary>
    public const int SnapshotChunkEntries = 64 * 1024;

    /// <summary>Bytes of one object's key or value in a snapshot.</summary>
    public const int StateEntrySizeBytes = 64 * 1024;

    /// <summary>How long the headers of a request to the API may take to come.</summary>
    public static readonly TimeSpan ApiHeadersTimeout = TimeSpan.FromSeconds(10);

    /// <summary>How long a connection to the API may be idle.</summary>
    public static readonly TimeSpan ApiIdleTimeout = TimeSpan.FromMinutes(2);

    /// <summary>How long a client of the API may send or take nothing before its rate counts.</summary>
    public static readonly TimeSpan ApiPatience = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Long transactions and messages of strangers that are checked at once: half the cores, so that the replica's loop
    /// and the validators' links always have one.
    /// </summary>
    public static readonly int LongChecks = Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>How long a chunk of a fetch may take to come, or to be taken.</summary>
    public static readonly TimeSpan PeerChunkTimeout = TimeSpan.FromSeconds(30);

    /// <summary>How long a node's certificate is good: it makes a new one at each start.</summary>
    public static readonly TimeSpan PeerCertificateLife = TimeSpan.FromDays(3_650);

    /// <summary>How much earlier than this node's clock its certificate begins.</summary>
    public static readonly TimeSpan PeerClockSkew = TimeSpan.FromDays(1);

    /// <summary>How long a handshake may take.</summary>
    public static readonly TimeSpan PeerConnectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>A silent link is asked for a sign of life after this.</summary>
    public static readonly TimeSpan PeerPingDelay = TimeSpan.FromSeconds(3);

    /// <summary>And is cut when none comes within this.</summary>
    public static readonly TimeSpan PeerPingTimeout = TimeSpan.FromSeconds(5);
}
