using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Text.RegularExpressions;
using Busbar.Processes;

namespace Busbar.EndToEnd;

public sealed partial class PackagingTests : IDisposable
{
    private const string ReadmeNode = "http://127.0.0.1:8402";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_packages_restore_from_a_folder_and_run_what_the_readme_shows()
    {
        var root = RepositoryRoot();
        var readme = await File.ReadAllTextAsync(
            Path.Combine(root, "README.md"), TestContext.Current.CancellationToken);
        await using var network = await RunningNetwork.StartAsync("--port", "0");
        var station = FreeAddress();
        WriteFeedConfiguration();
        WriteProject("Seller", CodeAfter(readme, "sell"), network.Api, station);
        WriteProject("Buyer", CodeAfter(readme, "buy"), network.Api, station);
        var configuration = typeof(PackagingTests).Assembly
            .GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

        await RunAsync(root, "pack", "Busbar.slnx", "--no-build", "-c", configuration, "-o", folder.File("feed"));
        await RunAsync(folder.FullName, "build", "Seller");
        await RunAsync(folder.FullName, "build", "Buyer");
        using var seller = Start(folder.FullName, "run", "--no-build", "--project", "Seller");
        try
        {
            await AnswersAsync(station, seller);
            var bought = await RunAsync(folder.FullName, "run", "--no-build", "--project", "Buyer");
            Assert.NotEmpty(bought.Trim());
        }
        finally
        {
            seller.Kill(entireProcessTree: true);
            await seller.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    /// <summary>The C# block that follows a marker in the README.</summary>
    private static string CodeAfter(string readme, string marker)
    {
        var block = Regex.Match(
            readme, $@"<!-- {marker} -->\s*```csharp\n(?<code>.*?)```", RegexOptions.Singleline);
        Assert.True(block.Success, $"README.md has no C# block after <!-- {marker} -->");
        var code = block.Groups["code"].Value;
        var lines = code.Split('\n').Count(line => line.Trim().Length > 0);
        Assert.True(lines <= 12, $"{marker}: {lines} lines; the README promises about ten");
        return code;
    }

    private void WriteFeedConfiguration()
    {
        // Packages of the machine serve as a fallback, and the project's own go to a folder that is deleted: a
        // package of the same version from an earlier build can never be the one that is tested.
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        File.WriteAllText(folder.File("NuGet.Config"), $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{folder.File("packages")}" /></config>
              <packageSources><add key="busbar" value="{folder.File("feed")}" /></packageSources>
              <fallbackPackageFolders><add key="machine" value="{packages}" /></fallbackPackageFolders>
            </configuration>
            """);
    }

    private void WriteProject(string name, string code, string api, string station)
    {
        var project = Directory.CreateDirectory(folder.File(name)).FullName;
        File.WriteAllText(Path.Combine(project, name + ".csproj"), """
            <Project Sdk="Microsoft.NET.Sdk.Web">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Busbar.AspNetCore" Version="*" />
                <PackageReference Include="Busbar.Node" Version="*" />
              </ItemGroup>
            </Project>
            """);
        var local = LocalAddress().Replace(code.Replace(ReadmeNode, api, StringComparison.Ordinal), match =>
            match.Value == api ? api : station);
        File.WriteAllText(Path.Combine(project, "Program.cs"), local);
    }

    private static async Task AnswersAsync(string station, Process seller)
    {
        using var http = new HttpClient();
        using var deadline = new CancellationTokenSource(Patience);
        while (true)
        {
            Assert.False(seller.HasExited, "the seller ended");
            try
            {
                using var response = await http.GetAsync(new Uri(station), deadline.Token);
                return;
            }
            catch (HttpRequestException)
            {
                // Asks again until the process listens, or the deadline ends the test: the pause hides no order.
                await Task.Delay(100, deadline.Token);
            }
        }
    }

    private static async Task<string> RunAsync(string directory, params string[] arguments)
    {
        using var process = Start(directory, arguments);
        using var deadline = new CancellationTokenSource(Patience);
        var errors = process.StandardError.ReadToEndAsync(deadline.Token);
        var output = await process.StandardOutput.ReadToEndAsync(deadline.Token);
        await process.WaitForExitAsync(deadline.Token);
        Assert.True(process.ExitCode == 0, $"dotnet {string.Join(' ', arguments)}:\n{output}\n{await errors}");
        return output;
    }

    private static Process Start(string directory, params string[] arguments)
    {
        var info = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // What the test runner's own build set must not leak into this one.
        info.Environment.Remove("MSBUILD_EXE_PATH");
        info.Environment.Remove("MSBuildSDKsPath");
        info.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        return Process.Start(info)!;
    }

    private static string FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
    }

    private static string RepositoryRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Busbar.slnx")))
        {
            directory = directory.Parent ?? throw new DirectoryNotFoundException("no Busbar.slnx above the tests");
        }

        return directory.FullName;
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex LocalAddress();
}
