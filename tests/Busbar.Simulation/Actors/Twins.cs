namespace Busbar.Simulation.Actors;

/// <summary>
/// Two instances of the honest code under one key, each with a disk of its own: what a careless operator runs. They do
/// not hear each other, or they would stop voting.
/// </summary>
internal sealed class Twins(Simulation world, SimulatedNode node) : Actor(world, node)
{
    public override bool IgnoresItself => true;
}
