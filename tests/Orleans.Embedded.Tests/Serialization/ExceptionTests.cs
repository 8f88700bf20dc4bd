using Orleans.Embedded.Tests.Serialization.Samples;
using Orleans.Serialization;
using Orleans.Storage;

namespace Orleans.Embedded.Tests.Serialization;

public sealed class ExceptionTests
{
    [Fact]
    public void FrameworkException_ComesBackWithMessageInnerAndStackTrace()
    {
        var result = RoundTrip(Thrown(() => throw new InvalidOperationException("outer", new FormatException("inner"))));

        result.ShouldBeOfType<InvalidOperationException>().Message.ShouldBe("outer");
        result.InnerException.ShouldBeOfType<FormatException>().Message.ShouldBe("inner");
        result.StackTrace.ShouldNotBeNull().ShouldContain(nameof(FrameworkException_ComesBackWithMessageInnerAndStackTrace));
    }

    [Fact]
    public void ThrownAgain_KeepsTheFirstStackTrace()
    {
        var remote = RoundTrip(Thrown(() => throw new InvalidOperationException("outer")));

        var rethrown = Thrown(() => throw remote);

        rethrown.StackTrace!.ShouldContain(nameof(ThrownAgain_KeepsTheFirstStackTrace));
        RoundTrip(rethrown).StackTrace!.ShouldContain(nameof(ThrownAgain_KeepsTheFirstStackTrace));
    }

    [Theory]
    [InlineData(typeof(ArgumentNullException))]
    [InlineData(typeof(ArgumentOutOfRangeException))]
    [InlineData(typeof(TaskCanceledException))]
    [InlineData(typeof(TimeoutException))]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(OrleansException))]
    [InlineData(typeof(SiloUnavailableException))]
    [InlineData(typeof(ClientNotAvailableException))]
    [InlineData(typeof(OrleansMessageRejectionException))]
    public void KnownException_WithoutArguments_ComesBackAsItself(Type type)
    {
        var exception = (Exception)Activator.CreateInstance(type, nonPublic: true)!;

        var result = RoundTrip(exception);

        result.GetType().ShouldBe(type);
        result.Message.ShouldBe(exception.Message);
        result.HResult.ShouldBe(exception.HResult);
    }

    [Fact]
    public void ArgumentException_KeepsItsParameter()
    {
        var result = RoundTrip(new ArgumentException("wrong", "count")).ShouldBeOfType<ArgumentException>();
        result.ParamName.ShouldBe("count");
        result.Message.ShouldBe(new ArgumentException("wrong", "count").Message);
        RoundTrip(new ObjectDisposedException("thing")).ShouldBeOfType<ObjectDisposedException>().ObjectName.ShouldBe("thing");
    }

    [Fact]
    public void AggregateException_KeepsAllInnerExceptions()
    {
        var result = RoundTrip(new AggregateException("all", new FormatException("1"), new QuotaException("cpu", 2))).ShouldBeOfType<AggregateException>();

        result.InnerExceptions.Count.ShouldBe(2);
        result.InnerExceptions[0].ShouldBeOfType<FormatException>();
        result.InnerExceptions[1].ShouldBeOfType<QuotaException>().Limit.ShouldBe(2);
        result.Message.ShouldContain("all");
    }

    [Fact]
    public void MembersOfBaseExceptions_ComeAlong()
    {
        var result = RoundTrip(new InconsistentStateException("conflict", "stored", "current")).ShouldBeOfType<InconsistentStateException>();

        result.StoredEtag.ShouldBe("stored");
        result.CurrentEtag.ShouldBe("current");
        result.Message.ShouldBe(new InconsistentStateException("conflict", "stored", "current").Message);
    }

    [Fact]
    public void ExceptionWithoutCodec_ArrivesAsOrleansExceptionThatNamesIt()
    {
        var result = RoundTrip(Thrown(() => throw new LocalException("boom", new FormatException("inner"))));

        result.ShouldBeOfType<OrleansException>();
        result.Message.ShouldContain(typeof(LocalException).FullName!);
        result.Message.ShouldContain("boom");
        result.InnerException.ShouldBeOfType<FormatException>();
        result.StackTrace!.ShouldContain(nameof(ExceptionWithoutCodec_ArrivesAsOrleansExceptionThatNamesIt));
    }

    [Fact]
    public void ExceptionThatTheReceiverDoesNotKnow_ArrivesAsOrleansExceptionThatNamesIt()
    {
        using var writer = new WireWriter();
        Codecs.WriteException(writer, new QuotaException("memory", 5));
        var bytes = writer.WrittenSpan.ToArray();
        var name = System.Text.Encoding.UTF8.GetBytes("Samples.QuotaException");
        bytes[bytes.AsSpan().IndexOf(name)] = (byte)'X';
        var reader = new WireReader(bytes);

        var result = Codecs.ReadException(ref reader);

        result.ShouldBeOfType<OrleansException>();
        result.Message.ShouldContain("Xamples.QuotaException");
        result.Message.ShouldContain("The quota of memory is 5.");
        reader.Remaining.ShouldBe(0);
    }

    [Fact]
    public void ExceptionThatCannotBeWrittenWhole_KeepsItsTypeAndIsDescribed()
    {
        var result = RoundTrip(new BrokenException());

        result.ShouldBeOfType<BrokenException>();
        result.Message.ShouldContain("broken message");
        result.Message.ShouldContain("could not be sent whole");
        RoundTrip(new SilentException()).Message.ShouldContain("a message that throws");
    }

    [Fact]
    public void LongChainOfInnerExceptions_IsCutOff()
    {
        Exception exception = new FormatException("0");
        for (var i = 1; i < 1000; i++) exception = new InvalidOperationException($"{i}", exception);

        var result = RoundTrip(exception);

        var depth = 0;
        for (var inner = result; inner is not null; inner = inner.InnerException) depth++;
        result.Message.ShouldBe("999");
        depth.ShouldBeInRange(5, 100);
    }

    private static Exception RoundTrip(Exception exception)
    {
        using var writer = new WireWriter();
        Codecs.WriteException(writer, exception);
        var reader = new WireReader(writer.WrittenSpan);
        var result = Codecs.ReadException(ref reader);
        reader.Remaining.ShouldBe(0);
        return result;
    }

    private static Exception Thrown(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception)
        {
            return exception;
        }

        throw new InvalidOperationException("The action did not throw.");
    }

    private sealed class LocalException(string message, Exception inner) : Exception(message, inner);

    private sealed class SilentException : Exception
    {
        public override string Message => throw new NotSupportedException();
    }
}
