namespace Busbar.Simulation.Actors;

/// <summary>A validator that is not there.</summary>
internal sealed class Silent(Simulation world, SimulatedNode node) : Actor(world, node)
{
    public override bool IsSilent => true;
}
