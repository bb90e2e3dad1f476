using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Busbar.Keys;
using Busbar.Node;
using Busbar.Node.Peers;
using Microsoft.Extensions.Time.Testing;

namespace Busbar.Tests.Node.Peers;

/// <summary>The parts of a link: its certificate, its queue, its flood gate, its penalties.</summary>
public class PeerPartTests
{
    private static readonly PrivateKey Key = DevelopmentKeys.Validator(0);

    // Any 32 bytes will do: nobody signs.
    private static Busbar.Keys.PublicKey KeyOf(int index)
    {
        var bytes = new byte[32];
        while (true)
        {
            BitConverter.TryWriteBytes(bytes, index);
            if (Busbar.Keys.PublicKey.TryCreate(KeyKind.Ed25519, bytes, out var key))
            {
                return key;
            }

            bytes[^1]++;
        }
    }

    [Fact]
    public void C61_a_certificate_proves_its_key_on_its_network_only()
    {
        using var certificate = PeerCertificate.Create(NetworkId.Development, Key, DateTimeOffset.UtcNow);
        Assert.True(PeerCertificate.TryRead(certificate, NetworkId.Development, DateTimeOffset.UtcNow, out var key));
        Assert.Equal(Key.PublicKey, key);
        Assert.False(PeerCertificate.TryRead(certificate, new NetworkId(1), DateTimeOffset.UtcNow, out _));
        foreach (var days in (int[])[-2, 3_651])
        {
            Assert.False(PeerCertificate.TryRead(
                certificate, NetworkId.Development, DateTimeOffset.UtcNow.AddDays(days), out _));
        }

        Assert.False(PeerCertificate.TryRead(null, NetworkId.Development, DateTimeOffset.UtcNow, out _));
    }

    [Fact]
    public void C61_an_extension_that_is_absent_double_short_or_of_another_certificate_proves_nothing()
    {
        using var tls = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        X509Extension Proof(ECDsa of) => new(
            PeerCertificate.ExtensionId,
            [
                .. Key.PublicKey.Bytes,
                .. Key.Sign(PeerCertificate.SigningHash(NetworkId.Development, of.ExportSubjectPublicKeyInfo()))
                    .ToArray(),
            ],
            critical: false);
        bool IsRead(params X509Extension[] extensions)
        {
            using var certificate = PeerCertificate.Create(tls, DateTimeOffset.UtcNow, extensions);
            return PeerCertificate.TryRead(certificate, NetworkId.Development, DateTimeOffset.UtcNow, out _);
        }

        Assert.True(IsRead(Proof(tls)));
        Assert.False(IsRead());
        Assert.False(IsRead(Proof(other)));
        Assert.False(IsRead(new X509Extension(PeerCertificate.ExtensionId, Proof(tls).RawData[..^1], false)));
    }

    [Fact]
    public void C63_votes_go_first_and_the_oldest_are_dropped_past_the_limit()
    {
        using var queue = new LinkQueue();
        Assert.True(queue.TryAdd(PeerLane.Bulk, new byte[] { 9 }, out _));
        for (var i = 0; i < NodeLimits.LinkVotes; i++)
        {
            Assert.True(queue.TryAdd(PeerLane.Votes, BitConverter.GetBytes(i), out var none));
            Assert.Equal(0, none);
        }

        Assert.True(queue.TryAdd(PeerLane.Votes, BitConverter.GetBytes(-1), out var dropped));
        Assert.Equal(1, dropped);
        Assert.True(queue.TryTake(out var first));
        Assert.Equal(1, BitConverter.ToInt32(first.Span));
    }

    [Fact]
    public void C63_bulk_past_its_limit_is_refused_by_count_and_by_size()
    {
        using var queue = new LinkQueue();
        for (var i = 0; i < NodeLimits.LinkBulk; i++)
        {
            Assert.True(queue.TryAdd(PeerLane.Bulk, new byte[] { 1 }, out _));
        }

        Assert.False(queue.TryAdd(PeerLane.Bulk, new byte[] { 1 }, out _));
        using var large = new LinkQueue();
        var chunk = new byte[NodeLimits.LinkBulkSizeBytes / 4];
        for (var i = 0; i < 4; i++)
        {
            Assert.True(large.TryAdd(PeerLane.Bulk, chunk, out _));
        }

        Assert.False(large.TryAdd(PeerLane.Bulk, new byte[] { 1 }, out _));
    }

    [Fact]
    public void C63_a_flood_is_what_comes_faster_than_the_bucket_fills()
    {
        var clock = new FakeTimeProvider();
        var gate = new FloodGate(clock, new PeerRate(10, 1_000), FloodGate.ReceiverSeconds);
        for (var i = 0; i < 20; i++)
        {
            Assert.True(gate.TryTake(1));
        }

        Assert.False(gate.TryTake(1));
        clock.Advance(TimeSpan.FromSeconds(1));
        for (var i = 0; i < 9; i++)
        {
            Assert.True(gate.TryTake(1));
        }

        Assert.False(gate.TryTake(1_995));
        Assert.True(gate.TryTake(1_990));
    }

    [Fact]
    public void C63_a_sender_that_keeps_its_pace_is_never_a_flood()
    {
        var clock = new FakeTimeProvider();
        var rate = new PeerRate(100, 10_000);
        var random = new Random(5);
        var receiver = new FloodGate(clock, rate, FloodGate.ReceiverSeconds);
        clock.Advance(TimeSpan.FromMilliseconds(7));
        var sender = new FloodGate(clock, rate, FloodGate.SenderSeconds);
        var (sent, waits) = (0, 0);
        while (sent < 5_000)
        {
            var sizeBytes = random.Next(1, 400);
            while (!sender.TryTake(sizeBytes))
            {
                waits++;
                clock.Advance(TimeSpan.FromMilliseconds(random.Next(1, 60)));
            }

            Assert.True(receiver.TryTake(sizeBytes));
            sent++;
            clock.Advance(TimeSpan.FromMilliseconds(random.Next(0, 200) == 0 ? random.Next(0, 5_000) : 0));
        }

        Assert.True(waits > 1_000);
    }

    [Fact]
    public void C63_fetches_are_one_for_a_key_and_observers_leave_places_to_validators()
    {
        var places = new FetchPlaces();
        Assert.Null(places.TryTake(KeyOf(0), PeerRole.Refused));
        var first = places.TryTake(KeyOf(0), PeerRole.Observer);
        Assert.NotNull(first);
        Assert.Null(places.TryTake(KeyOf(0), PeerRole.Observer));
        for (var index = 1; index < NodeLimits.ObserverFetches; index++)
        {
            Assert.NotNull(places.TryTake(KeyOf(index), PeerRole.Observer));
        }

        Assert.Null(places.TryTake(KeyOf(90), PeerRole.Observer));
        for (var index = NodeLimits.ObserverFetches; index < NodeLimits.PeerFetches; index++)
        {
            Assert.NotNull(places.TryTake(KeyOf(index), PeerRole.Validator));
        }

        Assert.Null(places.TryTake(KeyOf(91), PeerRole.Validator));
        first.Dispose();
        Assert.NotNull(places.TryTake(KeyOf(91), PeerRole.Validator));
    }

    [Fact]
    public void C63_the_penalty_that_ends_first_makes_room_for_another()
    {
        var clock = new FakeTimeProvider();
        var penalties = new Penalties(clock);
        for (var index = 0; index <= NodeLimits.Penalties; index++)
        {
            penalties.Add(KeyOf(index));
            clock.Advance(TimeSpan.FromTicks(1));
        }

        Assert.False(penalties.IsServing(KeyOf(0)));
        Assert.True(penalties.IsServing(KeyOf(1)));
        Assert.True(penalties.IsServing(KeyOf(NodeLimits.Penalties)));
    }

    [Fact]
    public void C63_a_penalty_ends_and_the_next_one_is_twice_as_long()
    {
        var clock = new FakeTimeProvider();
        var penalties = new Penalties(clock);
        Assert.False(penalties.IsServing(Key.PublicKey));
        foreach (var lastsMs in (long[])[NodeLimits.PeerPenaltyMs, 2 * NodeLimits.PeerPenaltyMs])
        {
            penalties.Add(Key.PublicKey);
            clock.Advance(TimeSpan.FromMilliseconds(lastsMs - 1));
            Assert.True(penalties.IsServing(Key.PublicKey));
            clock.Advance(TimeSpan.FromMilliseconds(1));
            Assert.False(penalties.IsServing(Key.PublicKey));
        }
    }
}
