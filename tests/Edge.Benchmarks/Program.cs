using System.Globalization;
using Edge.Benchmarks;
using Edge.Benchmarks.Micro;
using Edge.Benchmarks.Sending;

const string Usage = """
    dotnet run -c Release --project tests/Edge.Benchmarks WHAT
      micro [WORD]               each step of the packet path by itself, or those with WORD in their names:
        Queue                    slots of packets, rings between threads
        Timer                    deadlines of a shard's sessions, set anew and taken
        Rtp, Rtcp, Stun          reading and writing headers, feedback and checks
        Srtp                     encrypting and decrypting, beside OpenSSL
        Receive                  a publisher's packet until it is forwarded; of that, decryption
        Bandwidth                sent packets and feedback in a viewer's estimator
        Downlink                 a picture that waits and is paced
        FanOut                   a picture to 1 to 200 viewers, each with its cipher, up to the system call
        Thinning                 a packet in layers to 50 viewers who get all or some, without encryption
        Repair                   a number of a NACK, from the cache up to the system call
        Descriptor               dependency descriptors, read once and written for viewers
        Channel                  a message of a data channel in SCTP, out and in
        MeshFrame                a packet between nodes, as bytes
        Mesh                     the same, and all that a node does for it but for the bus
        Shard                    a turn of a shard on loopback: a packet of sound to 1 to 50 viewers
      srtp                       micro Srtp
      send                       the system calls that send: each way there is
      dtls, memory, bandwidth    handshakes; memory of a viewer; both of an estimator, at several rates
      bus, lan [BYTES RATE]      what goes between nodes, over sockets
      lan-delay [urgent]         a short message within a PoP, beside media and long letters
      lan-death                  how soon others of a PoP hear that a process was killed or stopped
      networks [SEEDS]           what a viewer gets on named networks, in virtual time
      rooms [SEED]               what a room gets, in virtual time
    """;

switch (args)
{
    case [LanBenchmark.ReceiverArgument, var port]:
        await LanBenchmark.RunReceiverAsync(int.Parse(port, CultureInfo.InvariantCulture));
        return 0;
    case ["micro"]:
        return MicroBenchmarks.Run("") ? 0 : 1;
    case ["micro", var word]:
        return MicroBenchmarks.Run(word) ? 0 : 1;
    case ["srtp"]:
        return MicroBenchmarks.Run(nameof(SrtpBenchmarks)) ? 0 : 1;
    case ["send"]:
        SendBenchmark.Run();
        return 0;
    case ["dtls"]:
        DtlsBenchmark.Run();
        return 0;
    case ["memory"]:
        DtlsBenchmark.RunMemory();
        ViewerMemoryBenchmark.Run();
        return 0;
    case ["bandwidth"]:
        BandwidthBenchmark.Run();
        return 0;
    case ["bus"]:
        await BusBenchmark.RunAsync();
        return 0;
    case ["lan", ..]:
        await LanBenchmark.RunAsync(args.AsMemory(1));
        return 0;
    case ["lan-delay", ..]:
        await LanDelayBenchmark.RunAsync(isUrgent: args is [_, "urgent"]);
        return 0;
    case ["lan-death"]:
        await LanDeathBenchmark.RunAsync();
        return 0;
    case [LanDelayBenchmark.EchoArgument, var port]:
        await LanDelayBenchmark.RunEchoAsync(int.Parse(port, CultureInfo.InvariantCulture));
        return 0;
    case ["networks", ..]:
        NetworkBenchmark.Run(args.AsMemory(1));
        return 0;
    case ["rooms", ..]:
        RoomBenchmark.Run(args.AsMemory(1));
        return 0;
    default:
        Console.Error.WriteLine(Usage);
        return 2;
}
