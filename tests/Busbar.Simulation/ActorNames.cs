namespace Busbar.Simulation;

/// <summary>The Byzantine actors, each in a file of its name.</summary>
public static class ActorNames
{
    /// <summary>Shows two blocks in a view, and votes for everything.</summary>
    public const string Equivocator = "equivocator";

    /// <summary>Shows its blocks to one validator too few, and answers no request.</summary>
    public const string Withholder = "withholder";

    /// <summary>Proposes on a parent that a newer certified block has overtaken.</summary>
    public const string StaleParentLeader = "stale-parent-leader";

    /// <summary>Gives each view up towards some and finalizes it towards others.</summary>
    public const string NullifyThenFinalizer = "nullify-then-finalizer";

    /// <summary>Sends every certificate it ever saw again and again.</summary>
    public const string CertificateFlooder = "certificate-flooder";

    /// <summary>Votes and proposes for views far ahead.</summary>
    public const string FutureViewSpammer = "future-view-spammer";

    /// <summary>Proposes blocks whose state root is wrong.</summary>
    public const string InvalidBlockLeader = "invalid-block-leader";

    /// <summary>Proposes blocks with payments that were executed before.</summary>
    public const string Repeater = "repeater";

    /// <summary>Proposes blocks that give accounts more than their share, or payments the room of claims.</summary>
    public const string GreedyLeader = "greedy-leader";

    /// <summary>Proposes blocks whose time is a day ahead, a little ahead, or as far back as their parent's.</summary>
    public const string ClockMover = "clock-mover";

    /// <summary>Runs twice under one key.</summary>
    public const string Twins = "twins";

    /// <summary>Is not there.</summary>
    public const string Silent = "silent";
}
