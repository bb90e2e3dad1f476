using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Busbar.Client;

/// <summary>Statements with named parameters, in one line each.</summary>
internal static class Sql
{
    public static int Execute(
        this SqliteConnection connection, string statement, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        Bind(command, values);
        return command.ExecuteNonQuery();
    }

    public static T? Scalar<T>(
        this SqliteConnection connection, string statement, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        Bind(command, values);
        var value = command.ExecuteScalar();
        return value is null or DBNull ? default : (T)value;
    }

    public static List<T> Rows<T>(
        this SqliteConnection connection,
        string statement,
        Func<SqliteDataReader, T> read,
        params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        Bind(command, values);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    public static byte[]? Blob(this SqliteDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<byte[]>(column);

    /// <summary>Amounts are decimal text: SQLite's integers end at 2^63.</summary>
    public static Amount Amount(this SqliteDataReader reader, int column) =>
        new(UInt128.Parse(reader.GetString(column), CultureInfo.InvariantCulture));

    public static Hash256 Hash(this SqliteDataReader reader, int column) => new(reader.GetFieldValue<byte[]>(column));

    private static void Bind(SqliteCommand command, ReadOnlySpan<(string Name, object? Value)> values)
    {
        foreach (var (name, value) in values)
        {
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        }
    }
}
