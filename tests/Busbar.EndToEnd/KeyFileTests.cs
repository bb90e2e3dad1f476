using Busbar.Processes;

namespace Busbar.EndToEnd;

public sealed class KeyFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("secp256k1", 64)]
    [InlineData("p256", 64)]
    [InlineData("ed25519", 32)]
    public async Task A_new_key_file_is_readable_by_its_owner_only_and_shows_the_same_key(string kind, int size)
    {
        var file = folder.File("key.json");
        var made = await BusbarProcess.RunAsync("key", "new", "--kind", kind, "--out", file, "--json");
        var shown = await BusbarProcess.RunAsync("key", "show", file, "--json");

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(made.ExitsWith(0).Output, shown.ExitsWith(0).Output);
        Assert.Equal(kind, made.Json.GetProperty("keyKind").GetString());
        Assert.Equal(2 + (2 * size), made.Json.GetProperty("publicKey").GetString()!.Length);
        Assert.Equal(["key.json"], Directory.GetFiles(folder.FullName).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_key_file_is_never_replaced()
    {
        var file = folder.File("key.json");
        await BusbarProcess.RunAsync("key", "new", "--out", file);
        var before = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);

        var second = await BusbarProcess.RunAsync("key", "new", "--out", file, "--json");

        Assert.Equal("KeyFileExists", second.ExitsWith(1).Json.GetProperty("code").GetString());
        Assert.Equal(before, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public async Task A_key_file_that_others_can_reach_is_refused(UnixFileMode others)
    {
        var file = folder.File("key.json");
        await BusbarProcess.RunAsync("key", "new", "--out", file);
        File.SetUnixFileMode(file, File.GetUnixFileMode(file) | others);

        var shown = await BusbarProcess.RunAsync("key", "show", file, "--json");

        Assert.Equal("KeyFileExposed", shown.ExitsWith(1).Json.GetProperty("code").GetString());
        Assert.Contains("chmod 600", shown.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_passphrase_seals_the_secret_and_only_it_opens_the_file()
    {
        var file = folder.File("key.json");
        string[] create = ["key", "new", "--kind", "ed25519", "--passphrase-file", "-", "--out", file, "--json"];
        string[] show = ["key", "show", file, "--passphrase-file", "-", "--json"];
        var made = (await BusbarProcess.RunAsync("correct horse\n", create)).ExitsWith(0);

        var right = await BusbarProcess.RunAsync("correct horse\n", show);
        var wrong = await BusbarProcess.RunAsync("correct house\n", show);
        var none = await BusbarProcess.RunAsync("key", "show", file, "--json");

        Assert.Equal(made.Output, right.ExitsWith(0).Output);
        Assert.True(made.Json.GetProperty("encrypted").GetBoolean());
        Assert.Equal("WrongPassphrase", wrong.ExitsWith(1).Json.GetProperty("code").GetString());
        Assert.Equal("PassphraseMissing", none.ExitsWith(1).Json.GetProperty("code").GetString());
        var content = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        Assert.DoesNotContain("privateKey", content, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_comes_in_over_standard_input_and_has_the_address_that_wallets_give_it()
    {
        // The secret 1: its address is the best known one of secp256k1.
        var secret = "0x" + new string('0', 63) + "1\n";
        var file = folder.File("one.json");

        var made = await BusbarProcess.RunAsync(secret, ["key", "new", "--import", "--out", file, "--json"]);

        Assert.Equal(
            "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf",
            made.ExitsWith(0).Json.GetProperty("address").GetString());
    }

    [Fact]
    public async Task A_key_file_of_a_newer_format_is_refused()
    {
        var file = folder.File("key.json");
        await BusbarProcess.RunAsync("key", "new", "--out", file);
        var content = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            file,
            content.Replace("\"formatVersion\": 1", "\"formatVersion\": 2", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);

        var shown = await BusbarProcess.RunAsync("key", "show", file, "--json");

        Assert.Equal("KeyFileTooNew", shown.ExitsWith(1).Json.GetProperty("code").GetString());
    }
}
