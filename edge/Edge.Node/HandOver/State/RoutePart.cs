using Edge.Node.Sessions;
using Edge.Primitives;
using Edge.Wire.State;

namespace Edge.Node.HandOver.State;

/// <summary>A flow of a session: its client's address, and ours that it sends to where that could be another one.</summary>
internal readonly record struct RoutePart(NetworkAddress Remote, NetworkAddress Local)
{
    /// <summary>Writes the flows of a session but for those over TCP, which are written apart.</summary>
    public static void WriteAll(StateWriter writer, SessionRoutes routes)
    {
        var group = writer.Begin();
        for (var index = 0; index < routes.Count; index++)
        {
            if (routes[index].Remote.Connection != 0)
            {
                continue;
            }

            var values = writer.Begin();
            writer.Address(routes[index].Remote);
            writer.Bool(!routes[index].Local.IsEmpty);
            if (!routes[index].Local.IsEmpty)
            {
                writer.Address(routes[index].Local);
            }

            writer.End(values);
        }

        writer.End(group);
    }

    /// <summary>Reads them.</summary>
    public static RoutePart[] ReadAll(ref StateReader reader)
    {
        var group = reader.Begin(SessionRoutes.RoutesMax, out var count);
        var routes = new RoutePart[count];
        for (var index = 0; index < count; index++)
        {
            var values = reader.BeginWhole(valuesMin: 2);
            var remote = reader.Address();
            routes[index] = new(remote, reader.Bool() ? reader.Address() : default);
            reader.End(values);
        }

        reader.End(group);
        return routes;
    }
}
