using System.ComponentModel;
using System.Runtime.InteropServices;
using Edge.Processes.Links;

namespace Edge.Load.Links;

/// <summary>Runs an emulated link until it is told to end, then says what became of the packets.</summary>
internal static class LinkCommand
{
    public static int Run(IReadOnlyList<string> arguments)
    {
        if (LinkOptions.Parse(arguments) is not { } options)
        {
            Console.Error.WriteLine(LinkOptions.Usage);
            return 2;
        }

        try
        {
            Run(options);
            return 0;
        }
        catch (Win32Exception exception)
        {
            Console.Error.WriteLine($"No link: {exception.Message}");
            return 1;
        }
    }

    private static void Run(LinkOptions options)
    {
        using var end = new ManualResetEventSlim();
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var link = EmulatedLink.Open(
            options.Left,
            options.Right,
            options.Conditions,
            options.Seed
        );
        Console.WriteLine("The link is there.");
        end.Wait();
        link.Stop();
        var stats = link.Stats;
        var percent = 100.0 * stats.Lost / Math.Max(1, stats.Sent);
        Console.WriteLine(
            FormattableString.Invariant(
                $"{stats.Sent} packets, {stats.Lost} lost ({percent:0.00} %), {link.Refused} refused by the kernel."
            )
        );

        void End(PosixSignalContext context)
        {
            context.Cancel = true;
            end.Set();
        }
    }
}
