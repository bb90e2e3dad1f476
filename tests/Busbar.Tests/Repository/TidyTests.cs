using Busbar.Eng;

namespace Busbar.Tests.Repository;

public sealed class TidyTests
{
    [Fact]
    public void The_repository_is_tidy()
    {
        var findings = Tidy.CheckRepository(Tidy.FindRoot(AppContext.BaseDirectory));

        Assert.True(findings.Count == 0, string.Join('\n', findings));
    }

    [Theory]
    [InlineData("src/A/A.cs", "var a = 1; \n", "white space at the end")]
    [InlineData("src/A/A.cs", "\tvar a = 1;\n", "a tab")]
    [InlineData("README.md", "see /ho" + "me/somebody\n", "a path of one machine")]
    [InlineData("src/A/A.cs", "// TO" + "DO later\n", "an open end")]
    [InlineData("src/A/A.cs", "#reg" + "ion Fields\n", "a region")]
    [InlineData("src/A/A.cs", "Thread.Sle" + "ep(1);\n", "a sleep")]
    [InlineData("src/A/A.cs", "await Task.Delay(100);\n", "a fixed delay")]
    [InlineData("src/A/A.cs", "await Task.Delay(TimeSpan.FromSeconds(1));\n", "a fixed delay")]
    [InlineData("src/A/A.cs", "try { } ca" + "tch (Exception) { }\n", "an empty catch")]
    [InlineData("src/A/A.cs", "sealed class PaymentManager;\n", "says nothing")]
    [InlineData("src/A/A.cs", "record ChannelData;\n", "says nothing")]
    [InlineData("README.md", "[x](docs/none.md)\n", "leads nowhere")]
    [InlineData("spec/a.md", "- **Z-1** Something.\n", "no test names rule Z-1")]
    [InlineData("spec/a.md", "- **Z-1** One.\n- **Z-1** Two.\n", "is stated twice")]
    [InlineData("src/A/A.cs", "// spec/a.md#Z-1\n", "has no Z-1")]
    [InlineData("src/A/A.cs", "enum SaleStatus { Unset = 0, Sold = 1 }\n", "no test names SaleStatus.Sold")]
    [InlineData("src/A/A.csproj", "<Project/>\n", "not in Busbar.slnx")]
    [InlineData("tests/A/A.csproj", "<PackageReference Include=\"x\" Version=\"1\" />\n", "a package version")]
    public void Each_check_finds_its_bad_sample(string path, string text, string message)
    {
        var findings = Tidy.Check([new TidyFile(path, text)], _ => false);

        Assert.Contains(findings, finding => finding.Message.Contains(message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("private double rate;")]
    [InlineData("lock (gate)")]
    [InlineData("decimal price = 1;")]
    public void A_pure_project_has_no_locks_and_no_fractions(string line)
    {
        var project = new TidyFile("src/A/A.csproj", "<Pure>true</Pure>");
        var solution = new TidyFile("Busbar.slnx", "\"src/A/A.csproj\"");

        Assert.Contains(
            Tidy.Check([project, solution, new TidyFile("src/A/A.cs", line)], _ => true),
            finding => finding.Message.Contains("in a pure project", StringComparison.Ordinal));
        Assert.Empty(Tidy.Check([project, solution, new TidyFile("src/A/A.cs", "// " + line)], _ => true));
        Assert.Empty(Tidy.Check([solution, new TidyFile("src/B/B.cs", line)], _ => true));
    }

    [Fact]
    public void Long_files_and_long_lines_are_found()
    {
        var file = new TidyFile("src/A/A.cs", string.Concat(Enumerable.Repeat("x\n", 401)));
        Assert.Contains("split it", Assert.Single(Tidy.Check([file], _ => true)).Message, StringComparison.Ordinal);
        Assert.Empty(Tidy.Check([file with { Text = file.Text[2..] }], _ => true));

        var line = new TidyFile("src/A/A.cs", new string('x', 121));
        Assert.Contains("at most 120", Assert.Single(Tidy.Check([line], _ => true)).Message, StringComparison.Ordinal);
        Assert.Empty(Tidy.Check([line with { Text = line.Text[1..] }], _ => true));
    }

    [Fact]
    public void A_test_that_names_an_unknown_rule_is_found()
    {
        var spec = new TidyFile("spec/a.md", "- **Z-1** Something.\n");
        var test = new TidyFile("tests/A/A.cs", "public void Z1_Z2_it_works()\n");

        var finding = Assert.Single(Tidy.Check([spec, test], _ => true));

        Assert.Contains("names rule Z-2", finding.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ATests.It_works", true)]
    [InlineData("`ATests.It_fails`", false)]
    [InlineData("BTests.It_works", false)]
    [InlineData("ALimits.Most, NodeLimits.cs aside", false)]
    [InlineData("ALimits.Most", true)]
    [InlineData("ALimits.Least", false)]
    [InlineData("rule Z-1, RFC-9 and P-256", true)]
    [InlineData("rules Z-1 to Z-2", false)]
    public void A_document_names_tests_limits_and_rules_that_exist(string text, bool isTidy)
    {
        TidyFile[] files =
        [
            new("spec/a.md", "- **Z-1** Something.\n"),
            new("tests/A/ATests.cs", "public void It_works()\npublic void Z1_it_is_so()\n"),
            new("src/A/ALimits.cs", "public const int Most = 1;\n"),
            new("docs/a.md", text + "\n"),
        ];

        Assert.Equal(isTidy, Tidy.Check(files, _ => true).Count == 0);
    }

    [Fact]
    public void A_justified_delay_and_a_caught_error_with_a_reason_pass() => Assert.Empty(Tidy.Check(
        [new TidyFile("src/A/A.cs", "// Polls another process.\nawait Task.Delay(10);\ncatch (Exception) { Stop(); }")],
        _ => true));
}
