using System.Net;
using Control.Contract;
using Control.Server.Tests.Support;

namespace Control.Server.Tests.Whep;

/// <summary>Requests of WHEP's core extensions: what reaches the node, and what is refused with which sentence.</summary>
public sealed class PlayerRequestTests : IAsyncLifetime
{
    private PlayerLab _lab = null!;

    public async Task InitializeAsync() => _lab = await PlayerLab.StartAsync();

    public async Task DisposeAsync() => await _lab.DisposeAsync();

    /// <summary>An entry of the event "layers" as it was told is a choice.</summary>
    [Fact]
    public async Task Layer_AsItWasTold_Taken()
    {
        using var response = await _lab.PostAsync(
            "/layer",
            """{"mediaId":"0","rid":"h","spatialLayerId":0,"temporalLayerId":1,"bitrate":557112,"targetBitrate":572000,"width":640,"height":360}"""
        );
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(
            new LayerChoice("0", "h", null, null) { SpatialId = 0, TemporalId = 1 },
            Assert.Single(_lab.Server.Node.PlayerChanges).Layer
        );
    }

    /// <summary>Players of older drafts, as Broadcast Box's, name the rid so.</summary>
    [Theory]
    [InlineData("""{"mediaId":"1","encodingId":"h"}""")]
    [InlineData("""{"mediaId":"1","encodingId":"l","rid":"h"}""")]
    public async Task Layer_EncodingId_TheRidUnlessThereIsOne(string body)
    {
        using var response = await _lab.PostAsync("/layer", body);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(
            new LayerChoice("1", "h", null, null),
            Assert.Single(_lab.Server.Node.PlayerChanges).Layer
        );
    }

    [Fact]
    public async Task Layer_Deleted_Automatic()
    {
        using var response = await _lab.DeleteAsync(_lab.Session + "/layer");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(
            new LayerChoice(null, null, null, null),
            Assert.Single(_lab.Server.Node.PlayerChanges).Layer
        );
    }

    [Theory]
    [InlineData("", "The body is not JSON")]
    [InlineData("[]", "the body: an object is expected, not a list.")]
    [InlineData("{\"rid\":", "The body is not JSON: line 1, byte 8.")]
    [InlineData("{\"rid\":1}", "rid: a text of 1-255 characters")]
    [InlineData("{\"rid\":\"\"}", "rid: a text of 1-255 characters")]
    [InlineData("{\"rid\":\"a\",\"rid\":\"b\"}", "'rid' is there twice")]
    [InlineData("{\"encoding\":\"h\"}", "encoding")]
    [InlineData("{\"encodingId\":7}", "encodingId: a text of 1-255 characters")]
    [InlineData("{\"spatialLayerId\":-1}", "spatialLayerId: a whole number from 0 to 7")]
    [InlineData("{\"temporalLayerId\":1.5}", "temporalLayerId: a whole number from 0 to 7")]
    [InlineData("{\"temporalLayerId\":\"1\"}", "temporalLayerId: a whole number from 0 to 7")]
    [InlineData("{\"maxSpatialLayerId\":8}", "maxSpatialLayerId: a whole number from 0 to 7")]
    [InlineData("{\"maxHeight\":65536}", "maxHeight: a whole number from 1 to 65535")]
    [InlineData("{\"rid\":[[[[[[]]]]]]}", "nested deeper than 4 levels")]
    public async Task Layer_WrongBody_SaysWhatIsWrong(string body, string sentence)
    {
        using var response = await _lab.PostAsync("/layer", body);
        var detail = await Problems.AssertAsync(HttpStatusCode.BadRequest, response);
        Assert.Contains(sentence, detail, StringComparison.Ordinal);
        Assert.Empty(_lab.Server.Node.PlayerChanges);
    }

    [Theory]
    [InlineData("{}", "the body: a list of 1-16 is expected, not an object.")]
    [InlineData("[]", "the body: at least 1 is expected.")]
    [InlineData("[\"scte35\"]", "the body[0]: \"active\" or \"inactive\" or \"layers\" or ")]
    [InlineData("[\"layers\",7]", "the body[1]: \"active\" or ")]
    [InlineData("[\"layers\"", "The body is not JSON")]
    [InlineData("[[[[]]]]", "nested deeper than 2 levels")]
    public async Task Events_WrongBody_SaysWhatIsWrong(string body, string sentence)
    {
        using var response = await _lab.PostAsync("/sse", body);
        var detail = await Problems.AssertAsync(HttpStatusCode.BadRequest, response);
        Assert.Contains(sentence, detail, StringComparison.Ordinal);
        Assert.Empty(_lab.Server.Node.PlayerChanges);
    }

    [Fact]
    public async Task Events_ManyNames_SaysHowManyThereMayBe()
    {
        var body = $"[{string.Join(',', Enumerable.Repeat("\"active\"", 17))}]";
        using var response = await _lab.PostAsync("/sse", body);
        var detail = await Problems.AssertAsync(HttpStatusCode.BadRequest, response);
        Assert.Contains("at most 16 are taken at once, not 17", detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/layer")]
    [InlineData("/sse")]
    public async Task Body_TooLong_SaysHowLongItMayBe(string path)
    {
        using var response = await _lab.PostAsync(path, new string(' ', 4097));
        var detail = await Problems.AssertAsync(HttpStatusCode.RequestEntityTooLarge, response);
        Assert.Contains("4096 bytes", detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PUT", "/layer", "OPTIONS, POST, DELETE")]
    [InlineData("GET", "/layer", "OPTIONS, POST, DELETE")]
    [InlineData("GET", "/sse", "OPTIONS, POST")]
    [InlineData("POST", "/sse/x", "OPTIONS, GET, DELETE")]
    public async Task Method_ThatIsNone_SaysWhichThereAre(
        string method,
        string path,
        string allowed
    )
    {
        using var response = await _lab.Server.SendAsync(new(method), _lab.Session + path);
        await Problems.AssertAsync(HttpStatusCode.MethodNotAllowed, response);
        Assert.Equal(allowed, string.Join(", ", response.Content.Headers.Allow));
    }
}
