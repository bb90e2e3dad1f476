using System.Net;
using System.Net.Sockets;
using Busbar.Node;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Busbar.Tests.Node;

public sealed class AddressPlacesTests
{
    private static readonly IPAddress One = IPAddress.Parse("192.0.2.1");

    [Fact]
    public void A2_one_address_has_its_part_and_leaves_the_rest_to_others()
    {
        var places = new AddressPlaces(total: 4, perAddress: 2);
        var first = places.TryTake(One);
        Assert.NotNull(first);
        Assert.NotNull(places.TryTake(One));
        Assert.Null(places.TryTake(One));
        Assert.NotNull(places.TryTake(IPAddress.Parse("192.0.2.2")));
        Assert.NotNull(places.TryTake(IPAddress.Parse("192.0.2.3")));
        Assert.Null(places.TryTake(IPAddress.Parse("192.0.2.4")));

        // :: A place that is given back twice is one place.
        first.Dispose();
        first.Dispose();
        Assert.NotNull(places.TryTake(One));
        Assert.Null(places.TryTake(One));
    }

    [Theory]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:1:ffff:ffff:ffff:ffff", false)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:2::1", true)]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1", false)]
    [InlineData("::ffff:192.0.2.1", "::ffff:192.0.2.2", true)]
    public void A2_a_host_cannot_choose_itself_another_address(string first, string second, bool isAnother)
    {
        var places = new AddressPlaces(total: 10, perAddress: 1);
        Assert.NotNull(places.TryTake(IPAddress.Parse(first)));
        Assert.Equal(isAnother, places.TryTake(IPAddress.Parse(second)) is not null);
    }

    [Fact]
    public async Task A2_C63_one_connection_too_many_from_an_address_is_cut_and_room_comes_back()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(
            IPAddress.Loopback, 0, listen => listen.LimitEachAddress(total: 10, perAddress: 2)));
        await using var server = builder.Build();
        server.Run(http => http.Response.WriteAsync("here"));
        await server.StartAsync(TestContext.Current.CancellationToken);
        var address = server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        var port = new Uri(address.First()).Port;

        var one = await ConnectAsync(port);
        using var two = await ConnectAsync(port);
        Assert.True(await IsServedAsync(one));
        Assert.True(await IsServedAsync(two));
        using (var three = await ConnectAsync(port))
        {
            Assert.False(await IsServedAsync(three));
        }

        // The server notices an end a moment after it.
        one.Dispose();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        for (var served = false; !served && !patience.IsCancellationRequested;)
        {
            using var again = await ConnectAsync(port);
            served = await IsServedAsync(again);
        }

        Assert.False(patience.IsCancellationRequested);
    }

    private static async Task<TcpClient> ConnectAsync(int port)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        return client;
    }

    private static async Task<bool> IsServedAsync(TcpClient client)
    {
        try
        {
            var stream = client.GetStream();
            await stream.WriteAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray(), Cancellation);
            return await stream.ReadAsync(new byte[1_024], Cancellation) > 0;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;
}
