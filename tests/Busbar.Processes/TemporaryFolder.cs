namespace Busbar.Processes;

/// <summary>A folder that a test has for itself.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("busbar-test-");

    /// <summary>Its path.</summary>
    public string FullName => folder.FullName;

    /// <summary>The path of a file in it.</summary>
    public string File(string name) => Path.Combine(folder.FullName, name);

    public void Dispose() => folder.Delete(recursive: true);
}
