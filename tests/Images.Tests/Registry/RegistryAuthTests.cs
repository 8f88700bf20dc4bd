using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Warren.Images.Tests.Registry;

/// <summary>How requests are authorised, and what never goes where.</summary>
public sealed class RegistryAuthTests : IAsyncLifetime
{
    private static readonly RegistryCredentials s_ann = new("ann", "secret");
    private static readonly string s_basic = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("ann:secret"));

    private readonly RegistryFixture _fixture = new();
    private readonly byte[] _blob = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("some layer ", 1000)));
    private ScriptedRegistry _registry = null!;
    private ScriptedRegistry _tokens = null!;

    private string Image => $"{_registry.Host}/team/web:1";

    public async Task InitializeAsync()
    {
        _registry = await ScriptedRegistry.StartAsync();
        _tokens = await ScriptedRegistry.StartAsync();
        _fixture.Registry(_registry.Host, insecure: "plain-http");
    }

    [Fact]
    public async Task Basic_OnRequest_IsAnswered()
    {
        _registry.Answer = context => AcceptAsync(context, s_basic, "Basic realm=\"x\"");
        (await DownloadAsync(s_ann)).Kept.ShouldBe(_blob);
        _registry.Requests.Select(request => request.Authorization).ShouldBe([null, s_basic]);
    }

    [Fact]
    public async Task Basic_FromTheFile_IsUsedWhereTheTaskHasNone()
    {
        _fixture.Credentials(_registry.Host, "ann", "secret");
        _registry.Answer = context => AcceptAsync(context, s_basic, "Basic realm=\"x\"");
        (await DownloadAsync(null)).Kept.ShouldBe(_blob);
    }

    [Fact]
    public async Task Basic_OfTheTask_GoesBeforeTheFile()
    {
        _fixture.Credentials(_registry.Host, "other", "wrong");
        _registry.Answer = context => AcceptAsync(context, s_basic, "Basic realm=\"x\"");
        (await DownloadAsync(s_ann)).Kept.ShouldBe(_blob);
    }

    [Fact]
    public async Task Basic_FileThatOthersMayRead_IsNotUsedAndNamed()
    {
        _fixture.Credentials(_registry.Host, "ann", "secret").ExposeCredentials();
        _registry.Answer = context => AcceptAsync(context, s_basic, "Basic realm=\"x\"");
        var failure = await FailAsync(null);
        failure.Fault.ShouldBe(ImageFault.Unauthorized);
        failure.Message.ShouldContain("chmod 600");
        _registry.Requests.ShouldAllBe(request => request.Authorization == null);
    }

    [Fact]
    public async Task Basic_WrongPassword_IsUnauthorizedWithoutTryingForEver()
    {
        _registry.Answer = context => AcceptAsync(context, "never", "Basic realm=\"x\"");
        var failure = await FailAsync(s_ann);
        failure.Fault.ShouldBe(ImageFault.Unauthorized);
        failure.Message.ShouldContain("'ann'");
        failure.Message.ShouldNotContain("secret");
        _registry.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Token_OnRequest_IsGotOnceAndKept()
    {
        ServeTokens("t1");
        _registry.Answer = context => AcceptAsync(context, "Bearer t1", Challenge());
        var source = _fixture.Open(Image, s_ann);
        for (var i = 0; i < 3; i++)
            await source.DownloadAsync(RegistryFixture.Descriptor(_blob), new MemorySink(RegistryFixture.Descriptor(_blob).Digest), CancellationToken.None);
        var asked = _tokens.Requests.ShouldHaveSingleItem();
        asked.Query.ShouldBe("?service=registry.test&scope=repository%3Ateam%2Fweb%3Apull&account=ann");
        asked.Authorization.ShouldBe(s_basic);
        _registry.Requests.Select(request => request.Authorization).ShouldBe([null, "Bearer t1", "Bearer t1", "Bearer t1"]);
        await _fixture.Open(Image, s_ann).DownloadAsync(
            RegistryFixture.Descriptor(_blob), new MemorySink(RegistryFixture.Descriptor(_blob).Digest), CancellationToken.None);
        _tokens.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Token_WithoutCredentials_IsAnybodys()
    {
        ServeTokens("t1");
        _registry.Answer = context => AcceptAsync(context, "Bearer t1", Challenge());
        (await DownloadAsync(null)).Kept.ShouldBe(_blob);
        _tokens.Requests.Single().Authorization.ShouldBeNull();
    }

    [Fact]
    public async Task Token_ForAnIdentityToken_IsAskedByPost()
    {
        ServeTokens("t1");
        _registry.Answer = context => AcceptAsync(context, "Bearer t1", Challenge());
        (await DownloadAsync(new("", "refresh-me", IsIdentityToken: true))).Kept.ShouldBe(_blob);
        var asked = _tokens.Requests.ShouldHaveSingleItem();
        asked.Method.ShouldBe("POST");
        asked.Authorization.ShouldBeNull();
        asked.Form!["grant_type"].ToString().ShouldBe("refresh_token");
        asked.Form["refresh_token"].ToString().ShouldBe("refresh-me");
        asked.Form["service"].ToString().ShouldBe("registry.test");
        asked.Form["scope"].ToString().ShouldBe("repository:team/web:pull");
    }

    [Fact]
    public async Task Token_ExpiredInTheMiddle_IsReplacedAndTheTransferGoesOn()
    {
        ServeTokens("t1", "t2");
        var broken = false;
        _registry.Answer = async context =>
        {
            if (broken)
            {
                await AcceptAsync(context, "Bearer t2", Challenge());
            }
            else if (context.Request.Headers.Authorization == "Bearer t1")
            {
                broken = true;
                await ScriptedRegistry.BreakAfterAsync(context, _blob, 5000);
            }
            else
            {
                await AcceptAsync(context, "never", Challenge());
            }
        };
        var sink = await DownloadAsync(s_ann);
        sink.Kept.ShouldBe(_blob);
        sink.Resets.ShouldBe(0);
        _registry.Requests.Select(request => request.Authorization).ShouldBe([null, "Bearer t1", "Bearer t1", "Bearer t2"]);
    }

    [Fact]
    public async Task Token_NeverAccepted_IsUnauthorizedAfterAFewTries()
    {
        ServeTokens("t1", "t2", "t3", "t4", "t5");
        _registry.Answer = context => AcceptAsync(context, "never", Challenge());
        (await FailAsync(s_ann)).Fault.ShouldBe(ImageFault.Unauthorized);
        _registry.Requests.Count.ShouldBe(3);
        _tokens.Requests.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(401, ImageFault.Unauthorized, 1)]
    [InlineData(403, ImageFault.Unauthorized, 1)]
    [InlineData(503, ImageFault.RegistryUnavailable, 3)]
    public async Task Token_Refused_IsTriedAgainWhereItHelps(int status, ImageFault fault, int requests)
    {
        _tokens.Answer = context => ScriptedRegistry.SendAsync(context, """{ "details": "incorrect username" }"""u8.ToArray(), status: status);
        _registry.Answer = context => AcceptAsync(context, "never", Challenge());
        var failure = await FailAsync(s_ann);
        failure.Fault.ShouldBe(fault);
        failure.Message.ShouldContain("incorrect username");
        _tokens.Requests.Count.ShouldBe(requests);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{ "token": "" }""")]
    [InlineData("""{ "token": "a\r\nX-Evil: 1" }""")]
    public async Task Token_AnswerWithoutToken_IsARegistryFailure(string answer)
    {
        _tokens.Answer = context => ScriptedRegistry.SendAsync(context, Encoding.UTF8.GetBytes(answer));
        _registry.Answer = context => AcceptAsync(context, "never", Challenge());
        (await FailAsync(s_ann)).Fault.ShouldBe(ImageFault.RegistryUnavailable);
    }

    [Theory]
    [InlineData("Bearer service=\"x\"")]
    [InlineData("Negotiate")]
    [InlineData("")]
    public async Task Challenge_OfAnUnknownKind_IsUnauthorized(string challenge)
    {
        _registry.Answer = context => AcceptAsync(context, "never", challenge);
        (await FailAsync(s_ann)).Fault.ShouldBe(ImageFault.Unauthorized);
        _registry.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Redirect_ToAnotherHost_CarriesNoCredentials()
    {
        var storage = _tokens;
        storage.Answer = context => ScriptedRegistry.SendRangeAsync(context, _blob);
        _registry.Answer = async context =>
        {
            if (context.Request.Headers.Authorization != s_basic)
            {
                await AcceptAsync(context, "never", "Basic realm=\"x\"");
                return;
            }
            context.Response.Redirect($"{storage.Address}signed?a=b");
            context.Response.StatusCode = 307;
        };
        (await DownloadAsync(s_ann)).Kept.ShouldBe(_blob);
        var request = storage.Requests.ShouldHaveSingleItem();
        request.Authorization.ShouldBeNull();
        request.Query.ShouldBe("?a=b");
    }

    [Fact]
    public async Task Redirect_BackFromAnotherHost_CarriesNoCredentialsEither()
    {
        _tokens.Answer = context =>
        {
            context.Response.Redirect($"{_registry.Address}back");
            return Task.CompletedTask;
        };
        _registry.Answer = async context =>
        {
            if (context.Request.Path == "/back") await ScriptedRegistry.SendAsync(context, _blob);
            else if (context.Request.Headers.Authorization != s_basic) await AcceptAsync(context, "never", "Basic realm=\"x\"");
            else context.Response.Redirect($"{_tokens.Address}away");
        };
        (await DownloadAsync(s_ann)).Kept.ShouldBe(_blob);
        _registry.Requests.Last().Authorization.ShouldBeNull();
    }

    [Fact]
    public async Task Redirect_WithinTheRegistry_KeepsTheCredentials()
    {
        _registry.Answer = async context =>
        {
            if (context.Request.Headers.Authorization != s_basic)
            {
                await AcceptAsync(context, "never", "Basic realm=\"x\"");
            }
            else if (context.Request.Path == "/moved")
            {
                await ScriptedRegistry.SendAsync(context, _blob);
            }
            else
            {
                context.Response.StatusCode = 302;
                context.Response.Headers.Location = "/moved";
            }
        };
        (await DownloadAsync(s_ann)).Kept.ShouldBe(_blob);
        _registry.Requests.Last().Authorization.ShouldBe(s_basic);
    }

    [Fact]
    public async Task Redirect_RefusedByTheStorage_AsksTheRegistryForANewAddress()
    {
        _tokens.Answer = context => context.Request.Query["n"] == "1" ? ScriptedRegistry.SendAsync(context, [], status: 403) : ScriptedRegistry.SendAsync(context, _blob);
        _registry.Answer = context =>
        {
            context.Response.Redirect($"{_tokens.Address}signed?n={_registry.Requests.Count.ToString(CultureInfo.InvariantCulture)}");
            return Task.CompletedTask;
        };
        (await DownloadAsync(s_ann)).Kept.ShouldBe(_blob);
        _registry.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Redirect_WithoutEnd_EndsAfterAFew()
    {
        _registry.Answer = context =>
        {
            context.Response.Redirect($"{_registry.Address}again");
            return Task.CompletedTask;
        };
        (await FailAsync(null)).Message.ShouldContain("redirects more than 5 times");
        _registry.Requests.Count.ShouldBe(6);
    }

    public async Task DisposeAsync()
    {
        await _registry.DisposeAsync();
        await _tokens.DisposeAsync();
        _fixture.Dispose();
    }

    private string Challenge() => $"Bearer realm=\"{_tokens.Address}token\",service=\"registry.test\",scope=\"repository:team/web:pull\"";

    // Each token once, in order.
    private void ServeTokens(params string[] tokens) => _tokens.Answer = context => ScriptedRegistry.SendAsync(
        context, Encoding.UTF8.GetBytes($$"""{ "token": "{{tokens[_tokens.Requests.Count - 1]}}", "expires_in": 300 }"""), "application/json");

    private async Task AcceptAsync(HttpContext context, string authorization, string challenge)
    {
        if (context.Request.Headers.Authorization == authorization)
        {
            await ScriptedRegistry.SendRangeAsync(context, _blob);
            return;
        }
        if (challenge.Length > 0) context.Response.Headers.WWWAuthenticate = challenge;
        await ScriptedRegistry.SendAsync(context, [], status: 401);
    }

    private async Task<MemorySink> DownloadAsync(RegistryCredentials? credentials)
    {
        var sink = new MemorySink(RegistryFixture.Descriptor(_blob).Digest);
        await _fixture.Open(Image, credentials).DownloadAsync(RegistryFixture.Descriptor(_blob), sink, CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(1));
        return sink;
    }

    private Task<ImageException> FailAsync(RegistryCredentials? credentials) =>
        Should.ThrowAsync<ImageException>(DownloadAsync(credentials));
}
