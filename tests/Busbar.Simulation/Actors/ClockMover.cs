using Busbar.Node.Exchange;

namespace Busbar.Simulation.Actors;

/// <summary>
/// A leader that wants time to pass faster, so that graces and refund times end early, or slower, so that nothing
/// expires. All else in its blocks is right, roots included, so only the clocks of the voters can refuse them.
/// </summary>
internal sealed class ClockMover(Simulation world, SimulatedNode node) : Actor(world, node)
{
    private const long DayMs = 86_400_000;
    private const long LittleMs = 400;

    public override void Broadcast(PeerMessage message)
    {
        if (ProposalIn(message) is not { } honest || Random.Chance(200))
        {
            base.Broadcast(message);
            return;
        }

        var offsetMs = Random.Below(3) switch
        {
            0 => DayMs,
            1 => LittleMs,
            _ => -DayMs,
        };
        var moved = BuildOn(honest.Block.Header.Parent, honest.Vote.View, [], clockOffsetMs: offsetMs);
        if (moved is null)
        {
            base.Broadcast(message);
            return;
        }

        World.Tell($"validator {Node.Index} moves the clock by {offsetMs} ms");
        base.Broadcast(Propose(honest.Vote, honest.Vote.ParentView, moved));
    }
}
