using System.Text.Encodings.Web;
using System.Text.Json;
using Busbar.Eng;

namespace Busbar.Tests.Vectors;

/// <summary>
/// One file of spec/vectors. With BUSBAR_WRITE_VECTORS=1 a check writes it anew; that is a commit of its own, which
/// says why.
/// </summary>
internal static class VectorFile
{
    private static readonly JsonSerializerOptions Indented =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The root of the repository.</summary>
    public static string Root { get; } = Tidy.FindRoot(AppContext.BaseDirectory);

    /// <summary>The file holds exactly these vectors.</summary>
    public static void Check(string name, object vectors)
    {
        var path = Path.Combine(Root, "spec", "vectors", name);
        var text = JsonSerializer.Serialize(vectors, Indented) + "\n";
        if (Environment.GetEnvironmentVariable("BUSBAR_WRITE_VECTORS") == "1")
        {
            File.WriteAllText(path, text);
        }

        Assert.Equal(File.ReadAllText(path), text);
    }

    /// <summary>An encoding in hexadecimal.</summary>
    public static string Encoded(Action<CanonicalWriter> write) => Hex.Format(Bytes(write));

    /// <summary>An encoding.</summary>
    public static byte[] Bytes(Action<CanonicalWriter> write)
    {
        var writer = new CanonicalWriter();
        write(writer);
        return writer.ToArray();
    }
}
