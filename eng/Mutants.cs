// No XML comments: this file is in several assemblies, and a document of types wants each once.
namespace Busbar;

// A safety rule that a test build can switch off, to see that the tests notice. docs/mutants.md.
internal enum Mutant
{
    // Every rule holds.
    Unset = 0,

    // C-14: a view that was given up is finalized all the same.
    FinalizeAfterNullify = 1,

    // C-15: a view that was finalized is given up all the same.
    NullifyAfterFinalize = 2,

    // C-12: a second block of a view gets a vote.
    SecondNotarize = 3,

    // C-20, C-23: a proposal need not show that the views it skips were given up.
    ParentNullificationsUnchecked = 4,

    // C-16: finalize without the notarization in hand.
    FinalizeUnnotarized = 5,

    // C-2: 2f + 1 votes are called a quorum.
    WrongQuorum = 6,

    // C-43, C-44: a restart forgets the own votes.
    JournalNotRead = 7,

    // C-18: votes leave before they are on disk.
    VoteBeforeDurable = 8,

    // C-38, C-39: nothing is said again, while a view lasts or when nothing becomes final.
    NothingSaidAgain = 9,

    // L-40: a block's state root is not compared.
    StateRootUnchecked = 10,

    // L-11: an intent that was executed is executed again.
    IntentUnchecked = 11,

    // L-26, L-27, L-28: a block gives an account, or what does not collect, any room it likes.
    ShareUnchecked = 12,
}

// Which rule is off. In every build but the test build of mutants none can be, and the compiler removes the question.
internal static class Mutants
{
#if MUTANTS
    private const string Name = "Busbar.Mutant";

    // The rule that is off, in the whole process: this file is part of several assemblies.
    public static Mutant Active
    {
        get => AppContext.GetData(Name) is int active ? (Mutant)active : Mutant.Unset;
        set => AppContext.SetData(Name, (int)value);
    }

    // True when rules can be switched off.
    public static bool Possible => true;

    // True when this rule is off.
    public static bool Off(Mutant mutant) => Active == mutant;
#else
    // No rule is ever off in this build.
    public static Mutant Active
    {
        get => Mutant.Unset;
        set => Invariant.Check(value == Mutant.Unset);
    }

    // True when rules can be switched off.
    public static bool Possible => false;

    // False: the compiler removes the question.
    public static bool Off(Mutant mutant) => mutant == Mutant.Unset;
#endif
}
