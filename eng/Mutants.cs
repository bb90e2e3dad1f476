namespace Busbar;

/// <summary>
/// A safety rule that a test build can switch off, to see that the tests notice. docs/mutants.md.
/// </summary>
internal enum Mutant
{
    /// <summary>Every rule holds.</summary>
    Unset = 0,

    /// <summary>C-14: a view that was given up is finalized all the same.</summary>
    FinalizeAfterNullify = 1,

    /// <summary>C-15: a view that was finalized is given up all the same.</summary>
    NullifyAfterFinalize = 2,

    /// <summary>C-12: a second block of a view gets a vote.</summary>
    SecondNotarize = 3,

    /// <summary>C-20, C-23: a proposal need not show that the views it skips were given up.</summary>
    ParentNullificationsUnchecked = 4,

    /// <summary>C-16: finalize without the notarization in hand.</summary>
    FinalizeUnnotarized = 5,

    /// <summary>C-2: 2f + 1 votes are called a quorum.</summary>
    WrongQuorum = 6,

    /// <summary>C-43, C-44: a restart forgets the own votes.</summary>
    JournalNotRead = 7,

    /// <summary>C-18: votes leave before they are on disk.</summary>
    VoteBeforeDurable = 8,

    /// <summary>C-39: nothing is said again when nothing becomes final.</summary>
    NoStandstill = 9,

    /// <summary>L-40: a block's state root is not compared.</summary>
    StateRootUnchecked = 10,

    /// <summary>L-11: an intent that was executed is executed again.</summary>
    IntentUnchecked = 11,
}

/// <summary>
/// Which rule is off. In every build but the test build of mutants none can be, and the compiler removes the question.
/// </summary>
internal static class Mutants
{
#if MUTANTS
    private const string Name = "Busbar.Mutant";

    /// <summary>The rule that is off, in the whole process: this file is part of several assemblies.</summary>
    public static Mutant Active
    {
        get => AppContext.GetData(Name) is int active ? (Mutant)active : Mutant.Unset;
        set => AppContext.SetData(Name, (int)value);
    }

    /// <summary>True when rules can be switched off.</summary>
    public static bool Possible => true;

    /// <summary>True when this rule is off.</summary>
    public static bool Off(Mutant mutant) => Active == mutant;
#else
    /// <summary>No rule is ever off in this build.</summary>
    public static Mutant Active
    {
        get => Mutant.Unset;
        set => Invariant.Check(value == Mutant.Unset);
    }

    /// <summary>True when rules can be switched off.</summary>
    public static bool Possible => false;

    /// <summary>False: the compiler removes the question.</summary>
    public static bool Off(Mutant mutant) => mutant == Mutant.Unset;
#endif
}
