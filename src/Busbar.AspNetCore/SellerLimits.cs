namespace Busbar.AspNetCore;

/// <summary>Bounds of everything that a seller holds in memory or on disk: spec/http.md#H-18.</summary>
internal static class SellerLimits
{
    /// <summary>Channels held.</summary>
    public const int Channels = 16_384;

    /// <summary>Requests of one channel that are being served at the same time.</summary>
    public const int UnfinishedPerChannel = 256;

    /// <summary>Separate ranges of used value per channel; past it, the lowest gap counts as used.</summary>
    public const int UsedRanges = 512;

    /// <summary>Bytes of a paid request's body.</summary>
    public const int RequestBodySizeBytes = 1024 * 1024;

    /// <summary>Bytes of a response that is kept for a retry.</summary>
    public const int ResponseSizeBytes = 64 * 1024;

    /// <summary>Responses that are kept in memory, over all channels.</summary>
    public const int Responses = 4_096;

    /// <summary>Responses that are kept on disk; the oldest go first.</summary>
    public const int StoredResponses = 16_384;

    /// <summary>Charges that are remembered; none is forgotten before it can execute no more.</summary>
    public const int Charges = 262_144;

    /// <summary>Charges that are being settled or served at the same time.</summary>
    public const int ChargesRunning = 1_024;

    /// <summary>How long a charge and its response are kept after it could last execute.</summary>
    public const int ChargeKeptSeconds = 3_600;
}
