using System.Runtime.InteropServices;
using Edge.Processes;
using Edge.Testing;

namespace Anycast.Lab;

/// <summary>The lab for a person: says where everything is, does what is typed, and takes all down at the end.</summary>
internal static class LabConsole
{
    private const string Commands = """
        Type, each with Enter:
          flip              clients' packets come to the other PoP from now on
          spread            the routers of both PoPs spread flows anew
          drain 1 2         drains node 2 of PoP 1: the address goes, sessions move, the edge ends
          kill 1 2          kills its edge
          start 1 2         starts its edge again
          log 1 2           what its edge has printed
          block udp         the site's firewall drops UDP; "block ipv4" or "block ipv6" what goes to the anycast
                            address by that
          allow             it drops nothing any more
        Ctrl-C stops everything.
        """;

    /// <summary>Runs it until a signal; the exit code.</summary>
    public static async Task<int> RunAsync()
    {
        using var ended = new CancellationTokenSource();
        using var interrupted = Register(PosixSignal.SIGINT, ended);
        using var terminated = Register(PosixSignal.SIGTERM, ended);
        using var hungUp = Register(PosixSignal.SIGHUP, ended);
        try
        {
            Console.WriteLine("Starting; this takes some ten seconds.");
            await using var lab = await LabNetwork.StartAsync();
            Tell(lab);
            await ObeyAsync(lab, ended.Token);
            Console.WriteLine("Stopping.");
            return 0;
        }
        catch (Exception exception)
            when (exception is TestingException or InvalidOperationException or TimeoutException)
        {
            await Console.Error.WriteLineAsync($"The lab failed: {exception.Message}");
            return 1;
        }
    }

    private static PosixSignalRegistration Register(
        PosixSignal signal,
        CancellationTokenSource ended
    ) =>
        PosixSignalRegistration.Create(
            signal,
            context =>
            {
                context.Cancel = true;
                ended.Cancel();
            }
        );

    private static void Tell(LabNetwork lab)
    {
        var site = string.Join(' ', lab.Site.Prefix);
        Console.WriteLine(
            $"anycast   {LabPlan.Anycast4} {LabPlan.Anycast6} UDP {LabPlan.MediaPort}"
        );
        Console.WriteLine($"site      {site} bash");
        foreach (var pop in lab.Pops)
        {
            Console.WriteLine($"{pop.Name}      {string.Join(' ', pop.Router.Prefix)} bash");
            Console.WriteLine(
                $"  console {pop.Control.Url}#app={ControlProcess.App}&secret={ControlProcess.Secret}"
            );
            foreach (var node in pop.Nodes)
            {
                Console.WriteLine(
                    $"  {node.Name}      {string.Join(' ', node.Space.Prefix)} bash   {node.Address4} {node.Address6} edge {node.EdgeId}"
                );
            }
        }

        Console.WriteLine();
        Console.WriteLine(
            $"A browser at the site: {site} chromium --no-sandbox --user-data-dir=/tmp/edge-lab-browser --unsafely-treat-insecure-origin-as-secure={lab.First.Control.Url.GetLeftPart(UriPartial.Authority)} 'CONSOLE'"
        );
        Console.WriteLine(Commands);
    }

    /// <summary>Does what is typed, one thing after the other, until the end.</summary>
    private static async Task ObeyAsync(LabNetwork lab, CancellationToken ended)
    {
        while (!ended.IsCancellationRequested)
        {
            string? line;
            try
            {
                // Reading the console blocks, and a signal must not wait for that.
                line = await Task.Run(Console.ReadLine, ended).WaitAsync(ended);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            if (line is null)
            {
                // Nobody types: it stays until it is told to end.
                await Task.Delay(Timeout.Infinite, ended)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return;
            }

            await ObeyAsync(lab, line);
        }
    }

    private static async Task ObeyAsync(LabNetwork lab, string line)
    {
        try
        {
            switch (line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                case []:
                    return;
                case ["flip"]:
                    var other = await lab.IsRoutedToAsync(lab.First) ? lab.Second : lab.First;
                    await lab.RouteToAsync(other);
                    Console.WriteLine($"Clients' packets come to {other.Name}.");
                    return;
                case ["spread"]:
                    await lab.First.SpreadAnewAsync();
                    await lab.Second.SpreadAnewAsync();
                    Console.WriteLine("Flows are spread anew.");
                    return;
                case ["drain", var pop, var node] when Find(lab, pop, node) is { } drained:
                    await drained.DrainAsync();
                    Console.WriteLine($"It ended with {await drained.EdgeEndAsync()}.");
                    return;
                case ["kill", var pop, var node] when Find(lab, pop, node) is { } killed:
                    killed.KillEdge();
                    Console.WriteLine("It is killed.");
                    return;
                case ["start", var pop, var node] when Find(lab, pop, node) is { } started:
                    await started.StartEdgeAsync();
                    Console.WriteLine("It is started.");
                    return;
                case ["log", var pop, var node] when Find(lab, pop, node) is { } printed:
                    Console.WriteLine(printed.Output);
                    return;
                case ["block", "udp"]:
                    await lab.BlockUdpAsync();
                    Console.WriteLine("The site lets no UDP pass.");
                    return;
                case ["block", "ipv4"]:
                    await lab.BlockIPv4Async();
                    Console.WriteLine("The site lets nothing pass to the anycast address by IPv4.");
                    return;
                case ["block", "ipv6"]:
                    await lab.BlockIPv6Async();
                    Console.WriteLine("The site lets nothing pass to the anycast address by IPv6.");
                    return;
                case ["allow"]:
                    await lab.AllowAsync();
                    Console.WriteLine("The site lets everything pass.");
                    return;
                default:
                    Console.WriteLine(Commands);
                    return;
            }
        }
        catch (Exception exception)
            when (exception is InvalidOperationException or TimeoutException)
        {
            Console.WriteLine($"That failed: {exception.Message}");
        }
    }

    private static LabNode? Find(LabNetwork lab, string pop, string node) =>
        lab
            .Pops.SelectMany(each => each.Nodes, (each, found) => (Pop: each, Node: found))
            .FirstOrDefault(each =>
                string.Equals(each.Pop.Name, $"pop{pop}", StringComparison.Ordinal)
                && string.Equals(each.Node.Name, $"n{node}", StringComparison.Ordinal)
            )
            .Node;
}
