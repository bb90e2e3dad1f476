using System.Text.RegularExpressions;

namespace Busbar.Eng;

/// <summary>One file of the repository: its path from the root with forward slashes, and its text.</summary>
internal sealed record TidyFile(string Path, string Text)
{
    public string[] Lines => Text.Split('\n');

    public bool IsCode => Path.EndsWith(".cs", StringComparison.Ordinal);

    public bool IsScript => Path.EndsWith(".ts", StringComparison.Ordinal);

    public bool IsTest => IsCode && Path.StartsWith("tests/", StringComparison.Ordinal);

    public bool IsSource => IsCode && Path.StartsWith("src/", StringComparison.Ordinal);
}

/// <summary>What is wrong, and where; line 0 is the whole file.</summary>
internal sealed record TidyFinding(string Path, int Line, string Message)
{
    public override string ToString() => $"{Path}:{Line}: {Message}";
}

/// <summary>
/// Lints the repository: what the compiler does not see and CONTRIBUTING.md promises. Runs as a test, and alone as
/// "dotnet run eng/tidy.cs". Patterns of forbidden words are put together from pieces, so that this file passes.
/// </summary>
internal static partial class Tidy
{
    private const int MaxFileLines = 400;
    private const int MaxLineLength = 120;

    // A file longer than the limit, and why it is better whole.
    private static readonly Dictionary<string, string> LongFiles = new()
    {
        ["eng/tidy.cs"] = "it runs alone too, and a program of one file is one file",
    };

    private static readonly string[] SkippedFolders =
        ["bin", "obj", ".git", ".vs", ".idea", "node_modules", "artifacts", "TestResults", "BenchmarkDotNet.Artifacts",
        "dist"];

    private static readonly string[] TextEndings =
    [
        ".cs", ".md", ".csproj", ".props", ".targets", ".slnx", ".txt", ".json", ".html", ".js", ".ts", ".css",
        "/run",
    ];

    private static readonly string[] MachinePaths =
        ["/" + "work/", "/" + "tmp/bb", "/" + "home/", "/" + "Users/", "/" + "root/", "C:" + "\\"];

    private static readonly (Regex Pattern, string Message)[] ForbiddenCode =
    [
        (new Regex(@"\b(TO" + "DO|FIX" + "ME|HA" + @"CK)\b"), "an open end: finish it or file an issue"),
        (new Regex(@"^\s*#reg" + "ion"), "a region: split the file instead"),
        (new Regex(@"\bThread\.Sle" + @"ep\b"), "a sleep: wait for what must happen"),
    ];

    /// <summary>Every finding in the repository under a root folder, in order of path and line.</summary>
    public static IReadOnlyList<TidyFinding> CheckRepository(string root)
    {
        var files = Read(root);
        return Check(files, path => Path.Exists(Path.Combine(root, path)));
    }

    /// <summary>Every finding in these files; the predicate says which paths from the root exist.</summary>
    public static IReadOnlyList<TidyFinding> Check(IReadOnlyList<TidyFile> files, Func<string, bool> exists)
    {
        List<TidyFinding> findings = [];
        foreach (var file in files)
        {
            findings.AddRange(CheckText(file));
            if (file.IsCode || file.IsScript)
            {
                findings.AddRange(CheckShape(file));
            }

            if (file.IsCode)
            {
                findings.AddRange(CheckCode(file, IsPure(file, files)));
            }

            if (file.Path.EndsWith(".md", StringComparison.Ordinal))
            {
                findings.AddRange(CheckLinks(file, exists));
            }
        }

        findings.AddRange(CheckRules(files));
        findings.AddRange(CheckStatuses(files));
        findings.AddRange(CheckDocuments(files));
        findings.AddRange(CheckProjects(files));
        return [.. findings.OrderBy(f => f.Path, StringComparer.Ordinal).ThenBy(f => f.Line)];
    }

    /// <summary>The folder at or above a start that holds the solution.</summary>
    public static string FindRoot(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Busbar.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("No Busbar.slnx above " + start);
    }

    private static List<TidyFile> Read(string root) =>
        [.. Walk(new DirectoryInfo(root))
            .Select(file => (file.FullName, Path: Path.GetRelativePath(root, file.FullName).Replace('\\', '/')))
            .Where(file => TextEndings.Any(ending => ("/" + file.Path).EndsWith(ending, StringComparison.Ordinal)))
            .Select(file => new TidyFile(file.Path, File.ReadAllText(file.FullName)))];

    private static IEnumerable<FileInfo> Walk(DirectoryInfo folder) =>
        folder.EnumerateFiles().Concat(folder.EnumerateDirectories()
            .Where(child => !SkippedFolders.Contains(child.Name) && child.LinkTarget is null)
            .SelectMany(Walk));

    private static IEnumerable<TidyFinding> CheckText(TidyFile file)
    {
        var lines = file.Lines;
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Contains('\t', StringComparison.Ordinal))
            {
                yield return new(file.Path, i + 1, "a tab: use spaces");
            }

            if (lines[i].Length > 0 && char.IsWhiteSpace(lines[i][^1]))
            {
                yield return new(file.Path, i + 1, "white space at the end of the line");
            }

            if (MachinePaths.Any(path => lines[i].Contains(path, StringComparison.Ordinal)))
            {
                yield return new(file.Path, i + 1, "a path of one machine");
            }
        }
    }

    private static IEnumerable<TidyFinding> CheckShape(TidyFile file)
    {
        var lines = file.Lines;
        if (lines.Length > MaxFileLines + 1 && !LongFiles.ContainsKey(file.Path))
        {
            yield return new(file.Path, 0, $"{lines.Length - 1} lines: split it, at most {MaxFileLines}");
        }

        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Length > MaxLineLength)
            {
                yield return new(file.Path, i + 1, $"{lines[i].Length} characters: at most {MaxLineLength}");
            }
        }
    }

    private static IEnumerable<TidyFinding> CheckCode(TidyFile file, bool pure)
    {
        var lines = file.Lines;
        var bare = WithoutCommentsAndStrings(file.Text);
        var bareLines = bare.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            foreach (var (pattern, message) in ForbiddenCode.Where(entry => entry.Pattern.IsMatch(lines[i])))
            {
                yield return new(file.Path, i + 1, message);
            }

            if (FixedDelay().IsMatch(bareLines[i]) && !Explained(lines, i))
            {
                yield return new(file.Path, i + 1, "a fixed delay with no comment that says why it hides no race");
            }

            if (pure && ImpureWord().Match(bareLines[i]) is { Success: true } word)
            {
                yield return new(file.Path, i + 1, $"'{word.Value}' in a pure project");
            }

            if (TypeName().Match(bareLines[i]) is { Success: true } type && !lines[i].Contains("JsonSerializerContext"))
            {
                yield return new(file.Path, i + 1, $"the name {type.Groups[1].Value} says nothing: name what it is");
            }
        }

        foreach (Match match in EmptyCatch().Matches(file.Text))
        {
            yield return new(file.Path, LineOf(file.Text, match.Index), "an empty catch hides errors");
        }
    }

    private static bool Explained(string[] lines, int index) =>
        lines[index].Contains("//", StringComparison.Ordinal)
        || (index > 0 && lines[index - 1].TrimStart().StartsWith("//", StringComparison.Ordinal));

    private static bool IsPure(TidyFile file, IReadOnlyList<TidyFile> files) => file.IsSource && files.Any(project =>
        project.Path.EndsWith(".csproj", StringComparison.Ordinal)
        && file.Path.StartsWith(FolderOf(project.Path) + "/", StringComparison.Ordinal)
        && project.Text.Contains("<Pure>true</Pure>", StringComparison.Ordinal));

    private static IEnumerable<TidyFinding> CheckLinks(TidyFile file, Func<string, bool> exists)
    {
        foreach (Match match in Link().Matches(file.Text))
        {
            var target = match.Groups[1].Value;
            if (target.Contains(':', StringComparison.Ordinal))
            {
                continue;
            }

            var parts = new List<string>(FolderOf(file.Path).Split('/', StringSplitOptions.RemoveEmptyEntries));
            foreach (var part in target.Split('/'))
            {
                if (part == ".." && parts.Count > 0)
                {
                    parts.RemoveAt(parts.Count - 1);
                }
                else if (part is not ("." or ".." or ""))
                {
                    parts.Add(part);
                }
            }

            if (!exists(string.Join('/', parts)))
            {
                yield return new(file.Path, LineOf(file.Text, match.Index), $"the link {target} leads nowhere");
            }
        }
    }

    private static IEnumerable<TidyFinding> CheckRules(IReadOnlyList<TidyFile> files)
    {
        Dictionary<string, (string Path, int Line)> rules = [];
        foreach (var file in files.Where(f => f.Path.StartsWith("spec/", StringComparison.Ordinal)))
        {
            foreach (Match match in Rule().Matches(file.Text))
            {
                var line = LineOf(file.Text, match.Index);
                if (!rules.TryAdd(match.Groups[1].Value, (file.Path, line)))
                {
                    yield return new(file.Path, line, $"rule {match.Groups[1].Value} is stated twice");
                }
            }
        }

        var prefixes = rules.Keys.Select(id => id[..id.IndexOf('-', StringComparison.Ordinal)]).ToHashSet();
        HashSet<string> tested = [];
        foreach (var file in files.Where(f => f.IsTest))
        {
            foreach (Match method in TestMethod().Matches(file.Text))
            {
                foreach (Match match in RuleInName().Matches(method.Groups[1].Value))
                {
                    var id = match.Groups[1].Value + "-" + match.Groups[2].Value;
                    tested.Add(id);
                    if (prefixes.Contains(match.Groups[1].Value) && !rules.ContainsKey(id))
                    {
                        var line = LineOf(file.Text, method.Index);
                        yield return new(file.Path, line, $"a test names rule {id}, which spec/ does not have");
                    }
                }
            }
        }

        foreach (var (id, place) in rules.Where(rule => !tested.Contains(rule.Key)))
        {
            yield return new(place.Path, place.Line, $"no test names rule {id}");
        }

        foreach (var file in files.Where(f => f.IsSource))
        {
            foreach (Match match in Citation().Matches(file.Text))
            {
                var (path, id) = (match.Groups[1].Value, match.Groups[2].Value);
                if (!rules.TryGetValue(id, out var rule) || rule.Path != path)
                {
                    yield return new(file.Path, LineOf(file.Text, match.Index), $"{path} has no {id}");
                }
            }
        }
    }

    // What a document says is shown by a test, ruled by a specification or bounded by a limit: all of them exist.
    private static IEnumerable<TidyFinding> CheckDocuments(IReadOnlyList<TidyFile> files)
    {
        var rules = files.Where(f => f.Path.StartsWith("spec/", StringComparison.Ordinal))
            .SelectMany(f => Rule().Matches(f.Text)).Select(match => match.Groups[1].Value).ToHashSet();
        var prefixes = rules.Select(id => id.Split('-')[0]).ToHashSet();
        HashSet<string> members =
            [.. MembersOf(files, f => f.IsTest, TestMethod()), .. MembersOf(files, f => f.IsSource, LimitField())];
        foreach (var file in files.Where(f => f.Path.EndsWith(".md", StringComparison.Ordinal)))
        {
            foreach (Match match in Cited().Matches(file.Text))
            {
                var name = match.Value;
                if (match.Groups["member"].Success ? !members.Contains(name)
                    : prefixes.Contains(name.Split('-')[0]) && !rules.Contains(name))
                {
                    yield return new(file.Path, LineOf(file.Text, match.Index), $"{name} does not exist");
                }
            }
        }
    }

    private static IEnumerable<string> MembersOf(
        IEnumerable<TidyFile> files, Func<TidyFile, bool> are, Regex member) =>
        files.Where(are).SelectMany(file => member.Matches(file.Text)
            .Select(match => Path.GetFileNameWithoutExtension(file.Path) + "." + match.Groups[1].Value));

    private static IEnumerable<TidyFinding> CheckStatuses(IReadOnlyList<TidyFile> files)
    {
        var tests = string.Join('\n', files.Where(f => f.IsTest).Select(f => f.Text));
        foreach (var file in files.Where(f => f.IsSource))
        {
            var bare = WithoutCommentsAndStrings(file.Text);
            foreach (Match status in StatusEnum().Matches(bare))
            {
                var name = status.Groups[1].Value;
                foreach (Match member in EnumMember().Matches(status.Groups[2].Value))
                {
                    var value = member.Groups[1].Value;
                    if (value != "Unset" && !Regex.IsMatch(tests, $@"\b{name}\.{value}\b|""{value}"""))
                    {
                        yield return new(file.Path, LineOf(bare, status.Index), $"no test names {name}.{value}");
                    }
                }
            }
        }
    }

    private static IEnumerable<TidyFinding> CheckProjects(IReadOnlyList<TidyFile> files)
    {
        var solution = files.FirstOrDefault(f => f.Path == "Busbar.slnx")?.Text ?? string.Empty;
        foreach (var project in files.Where(f => f.Path.EndsWith(".csproj", StringComparison.Ordinal)))
        {
            if (Regex.IsMatch(project.Path, "^(src|tests|bench)/")
                && !solution.Contains('"' + project.Path + '"', StringComparison.Ordinal))
            {
                yield return new(project.Path, 0, "the project is not in Busbar.slnx");
            }

            if (PackageVersion().Match(project.Text) is { Success: true } match)
            {
                var line = LineOf(project.Text, match.Index);
                yield return new(project.Path, line, "a package version outside Directory.Packages.props");
            }
        }
    }

    private static string FolderOf(string path) =>
        path.LastIndexOf('/') is var slash and >= 0 ? path[..slash] : string.Empty;

    private static int LineOf(string text, int index) => text.AsSpan(0, index).Count('\n') + 1;

    private static string WithoutCommentsAndStrings(string text) =>
        Blank().Replace(text, match => new string('\n', match.Value.Count(c => c == '\n')));

    [GeneratedRegex("\"\"\"[\\s\\S]*?\"\"\"|@\"(?:\"\"|[^\"])*\"|\"(?:\\\\.|[^\"\\\\\\n])*\"|'(?:\\\\.|[^'\\\\\\n])+'"
        + "|//[^\\n]*|/\\*[\\s\\S]*?\\*/")]
    private static partial Regex Blank();

    [GeneratedRegex(@"\bTask\.Delay\(\s*(\d|TimeSpan\.From\w+\(\s*\d)")]
    private static partial Regex FixedDelay();

    [GeneratedRegex(@"\b(lock|float|double|decimal|Half)\b")]
    private static partial Regex ImpureWord();

    [GeneratedRegex(@"\b(?:class|struct|interface|enum|record)\s+"
        + @"(\w+(?:Manager|Helpers?|Utils?|Service|Context|Data))\b")]
    private static partial Regex TypeName();

    [GeneratedRegex(@"\bcatch\s*(?:\([^)]*\))?\s*(?:when\s*\([^{]*\))?\s*\{\s*\}")]
    private static partial Regex EmptyCatch();

    [GeneratedRegex(@"\]\(([^)#\s]+)(?:#[^)]*)?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^- \*\*([A-Z]+-\d+)\*\*", RegexOptions.Multiline)]
    private static partial Regex Rule();

    [GeneratedRegex(@"\b(?:void|Task|ValueTask)\s+(\w+)\s*\(")]
    private static partial Regex TestMethod();

    [GeneratedRegex(@"(?<=^|_)([A-Z]+)(\d+)(?=_)")]
    private static partial Regex RuleInName();

    [GeneratedRegex(@"\b(?<member>\w+Tests\.\w+|\w*Limits\.\w+)|(?<![\w.-])[A-Z]+-\d+\b")]
    private static partial Regex Cited();

    [GeneratedRegex(@"\b(?:const|static readonly) [\w?]+ (\w+) =")]
    private static partial Regex LimitField();

    [GeneratedRegex(@"(spec/\w+\.md)#([A-Z]+-\d+)")]
    private static partial Regex Citation();

    [GeneratedRegex(@"\benum\s+(\w+(?:Status|Error|Fault))\b[^{]*\{([^}]*)\}")]
    private static partial Regex StatusEnum();

    [GeneratedRegex(@"\b([A-Z]\w*)\s*=\s*\d+")]
    private static partial Regex EnumMember();

    [GeneratedRegex(@"<PackageReference[^>]*\bVersion(?:Override)?=")]
    private static partial Regex PackageVersion();

#if !TIDY_IN_TESTS
    private static int Main()
    {
        var findings = CheckRepository(FindRoot(Environment.CurrentDirectory));
        foreach (var finding in findings)
        {
            Console.WriteLine(finding);
        }

        Console.WriteLine($"{findings.Count} findings");
        return findings.Count == 0 ? 0 : 1;
    }
#endif
}
