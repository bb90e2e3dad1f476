using System.Security.Cryptography;

namespace Busbar.EndToEnd;

public sealed class WeatherSourceTests
{
    [Fact]
    public void The_shipped_rows_are_those_of_the_origin_byte_for_byte()
    {
        Assert.Equal(48_219, WeatherSource.Bytes.Length);
        Assert.Equal(
            "0845078a290b48e3149ab8639966824110a251db4e06fc144c06ebb534af23be",
            Convert.ToHexStringLower(SHA256.HashData(WeatherSource.Bytes)));
        Assert.Equal(WeatherSource.Bytes, WeatherSource.Prefix(1_461));
    }
}
