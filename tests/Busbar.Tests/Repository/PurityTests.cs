using Busbar.Eng;

namespace Busbar.Tests.Repository;

public sealed class PurityTests
{
    private static readonly string Root = Tidy.FindRoot(AppContext.BaseDirectory);

    [Theory]
    [InlineData("Busbar.Primitives")]
    [InlineData("Busbar.Ledger")]
    [InlineData("Busbar.Consensus")]
    public void The_core_projects_are_pure(string project) => Assert.Contains(
        "<Pure>true</Pure>",
        File.ReadAllText(Path.Combine(Root, "src", project, project + ".csproj")),
        StringComparison.Ordinal);

    [Fact]
    public void A_pure_project_gets_the_list_of_what_it_may_not_use_as_errors()
    {
        var props = File.ReadAllText(Path.Combine(Root, "Directory.Build.props"));
        Assert.Contains("BannedApiAnalyzers", props, StringComparison.Ordinal);
        Assert.Contains("eng/BannedSymbols.Pure.txt", props, StringComparison.Ordinal);
        Assert.Contains("<TreatWarningsAsErrors>true</TreatWarningsAsErrors>", props, StringComparison.Ordinal);

        var banned = File.ReadAllText(Path.Combine(Root, "eng", "BannedSymbols.Pure.txt"));
        Assert.All(
            [
                "N:System.IO;", "N:System.Net;", "N:System.Threading;", "T:System.DateTime;", "T:System.TimeProvider;",
                "T:System.Random;", "M:System.Guid.NewGuid;", "T:System.HashCode;", "M:System.String.GetHashCode;",
            ],
            symbol => Assert.Contains(symbol, banned, StringComparison.Ordinal));
    }
}
