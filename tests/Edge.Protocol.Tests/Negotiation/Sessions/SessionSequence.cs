using System.Collections.Immutable;
using Edge.Primitives;
using Edge.Protocol.Negotiation.Sessions;
using Edge.Testing;
using Edge.Testing.Jsep;
using Edge.Wire.Payload;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;
using Xunit;

namespace Edge.Protocol.Tests.Negotiation.Sessions;

/// <summary>Draws steps for a bench.</summary>
internal sealed class SessionSequence(SessionBench bench, Prng random)
{
    private static readonly ImmutableArray<CodecKind> Kinds =
    [
        CodecKind.Opus,
        CodecKind.Vp8,
        CodecKind.Vp9,
        CodecKind.Av1,
        CodecKind.H264,
        CodecKind.H265,
        CodecKind.Pcmu,
    ];

    private readonly List<string> _log = [];

    /// <summary>Takes one step; a failure names all steps so far.</summary>
    public void Step()
    {
        var choice = random.NextInt32(15);
        _log.Add(Name(choice));
        try
        {
            Take(choice);
        }
        catch (Exception failure)
        {
            throw new TestingException($"{string.Join(", ", _log)}: {failure.Message}", failure);
        }
    }

    /// <summary>A description that comes through.</summary>
    public void Settle()
    {
        bench.Client.Add(SdpMediaKind.Audio, SdpDirection.SendOnly);
        bench.ClientOffers(new SectionRequest.ReceiveAll());
    }

    private static string Name(int choice) =>
        choice switch
        {
            0 => "publish",
            1 => "publish many",
            2 => "pull",
            3 => "close",
            4 => "turn",
            5 => "force",
            6 => "pull with offer",
            7 => "restart",
            8 => "offer lost",
            9 => "answer to us lost",
            10 => "data channels",
            11 => "carry",
            12 => "discover",
            13 => "answer to client lost",
            _ => "both ways",
        };

    private void Take(int choice)
    {
        switch (choice)
        {
            case 0:
                Publish(1);
                break;
            case 1:
                Publish(2 + random.NextInt32(3));
                break;
            case 2:
                bench.SessionOffers(Pulls());
                break;
            case 3:
                Close();
                break;
            case 4:
                Turn();
                break;
            case 5:
                bench.Log(bench.Session.ForceStop([.. SomeMids()]));
                break;
            case 6:
                PullWithOffer();
                break;
            case 7:
                Restart();
                break;
            case 8:
                LoseOffer(isTaken: false);
                break;
            case 9:
                LoseOffer(isTaken: true);
                break;
            case 10:
                OpenDataChannels();
                break;
            case 11:
                Carry();
                break;
            case 12:
                bench.Client.Add(SdpMediaKind.Video, SdpDirection.SendOnly);
                bench.ClientOffers(new SectionRequest.ReceiveAll());
                break;
            case 13:
                LoseAnswer();
                break;
            default:
                GoBothWays();
                break;
        }
    }

    private void Publish(int count)
    {
        var added = new List<JsepTransceiver>();
        for (var index = 0; index < count; index++)
        {
            var isVideo = random.NextInt32(2) == 0;
            added.Add(
                isVideo && random.NextInt32(2) == 0
                    ? bench.Client.Add(SdpMediaKind.Video, SdpDirection.SendOnly, "q", "h", "f")
                    : bench.Client.Add(
                        isVideo ? SdpMediaKind.Video : SdpMediaKind.Audio,
                        SdpDirection.SendOnly
                    )
            );
        }

        // Mids exist once an offer is made; a second one in the same state is the same.
        bench.Client.CreateOffer();
        var change = bench.ClientOffers([
            .. added.Select(transceiver => new SectionRequest.Receive(transceiver.Mid)),
        ]);
        Assert.All(change.Outcomes, outcome => SessionBench.Granted(outcome));
        Assert.Equal(count, change.Outcomes.Length);
    }

    private ImmutableArray<SectionRequest> Pulls()
    {
        var count = 1 + random.NextInt32(3);
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ => new SectionRequest.Send(
                    bench.Track(Kinds[random.NextInt32(Kinds.Length)])
                )),
        ];
    }

    private void Close()
    {
        var mids = SomeMids();
        if (mids.Count == 0)
        {
            return;
        }

        var first = bench.Client.Find(mids[0])!;
        var isLast = bench.Client.Transceivers.Count(other => !other.IsStopping) == 1;
        if (!isLast)
        {
            bench.Client.Stop(first);
        }

        bench.ClientOffers([.. mids.Select(mid => new SectionRequest.Stop(mid))]);
    }

    private void Turn()
    {
        var transceivers = bench.Client.Transceivers;
        foreach (var transceiver in transceivers)
        {
            if (transceiver.Kind != SdpMediaKind.Application && random.NextInt32(3) == 0)
            {
                transceiver.Direction = (SdpDirection)random.NextInt32(4);
            }
        }

        if (transceivers.Count > 0)
        {
            bench.ClientOffers();
        }
    }

    private void PullWithOffer()
    {
        bench.Client.Add(SdpMediaKind.Video, SdpDirection.ReceiveOnly);
        bench.Client.Add(SdpMediaKind.Audio, SdpDirection.SendReceive);
        bench.ClientOffers(Pulls());
    }

    private void Restart()
    {
        if (bench.Client.Transceivers.Count > 0)
        {
            bench.Client.RestartIce();
            bench.ClientOffers();
        }
    }

    private void LoseOffer(bool isTaken)
    {
        var offered = SessionBench.Taken(bench.Log(bench.Session.Offer(Pulls(), bench.Local)));
        if (isTaken && offered.Sdp is { } text)
        {
            bench.Client.TakeOffer(text);
        }

        var change = SessionBench.Taken(bench.Log(bench.Session.Rollback()));
        Assert.Empty(change.Sections);
        Assert.All(change.Outcomes, outcome => SessionBench.Refused(outcome));
    }

    private void OpenDataChannels()
    {
        if (random.NextInt32(2) == 0)
        {
            bench.SessionOffers(new SectionRequest.DataChannels());
            return;
        }

        if (!bench.Client.Transceivers.Any(other => other.Kind == SdpMediaKind.Application))
        {
            bench.Client.AddDataChannels();
        }

        SessionBench.Granted(bench.ClientOffers(new SectionRequest.DataChannels()).Outcomes[0]);
    }

    private void Carry()
    {
        var session = bench.Session;
        foreach (var section in session.Sections)
        {
            if (section.Send is { } send)
            {
                var result = session.Carry(section.Mid, bench.Track(send.Codec.Kind));
                Assert.Same(send, Assert.IsType<CarryResult.Possible>(bench.Log(result)).Media);
            }
        }
    }

    private void LoseAnswer()
    {
        bench.Client.Add(SdpMediaKind.Video, SdpDirection.SendOnly);
        bench.AnswerOnly(new SectionRequest.ReceiveAll());
        if (random.NextInt32(2) == 0)
        {
            bench.Client.Rollback();
        }
    }

    private void GoBothWays()
    {
        var transceiver = bench.Client.Add(SdpMediaKind.Audio, SdpDirection.SendReceive);
        bench.Client.CreateOffer();
        var sources = bench.Track(CodecKind.Opus);
        var change = bench.ClientOffers(
            new SectionRequest.Receive(transceiver.Mid)
            {
                Bidirectional = new("voice", sources.LocalSsrc, sources.LocalRtxSsrc),
            }
        );
        SessionBench.Granted(change.Outcomes[0]);
        Assert.NotNull(bench.Session.Find(transceiver.Mid!)!.Send);
    }

    private List<string> SomeMids() =>
        [
            .. bench
                .Client.Transceivers.Where(transceiver =>
                    transceiver is { Mid: not null, CurrentDirection: not null }
                    && transceiver.Kind != SdpMediaKind.Application
                    && random.NextInt32(3) == 0
                )
                .Select(transceiver => transceiver.Mid!),
        ];
}
