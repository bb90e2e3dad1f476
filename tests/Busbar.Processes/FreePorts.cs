using System.Net;
using System.Net.Sockets;

namespace Busbar.Processes;

/// <summary>Runs of free ports, below those that the system gives to connections that go out.</summary>
internal static class FreePorts
{
    private const int First = 11_000;
    private const int Last = 30_000;

    // Test runs beside each other begin at different places.
    private static int next = First + (Environment.ProcessId * 97 % (Last - First));

    /// <summary>The first of so many ports in a row that nothing listens on; no two calls give the same.</summary>
    public static int Take(int count)
    {
        while (true)
        {
            var start = Interlocked.Add(ref next, count) - count;
            if (start + count > Last)
            {
                Interlocked.Exchange(ref next, First);
            }
            else if (Enumerable.Range(start, count).All(IsFree))
            {
                return start;
            }
        }
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
