namespace Busbar.Cli.Demo;

/// <summary>Where a demo keeps everything: a folder that the user named, or one that goes away with the run.</summary>
internal sealed class DemoFolder : IDisposable
{
    private readonly bool temporary;

    private DemoFolder(string path, bool temporary)
    {
        Path = path;
        this.temporary = temporary;
    }

    /// <summary>Its full path.</summary>
    public string Path { get; }

    /// <summary>Opens or makes the named folder; null makes a temporary one.</summary>
    public static DemoFolder Open(string? path) => path is null
        ? new DemoFolder(Directory.CreateTempSubdirectory("busbar-demo-").FullName, temporary: true)
        : new DemoFolder(Directory.CreateDirectory(path).FullName, temporary: false);

    /// <summary>The path of something in it.</summary>
    public string Of(string name) => System.IO.Path.Combine(Path, name);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (temporary)
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
