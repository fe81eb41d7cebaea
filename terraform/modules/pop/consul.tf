# An agent of Consul on every node, where other things of the operator's look for nodes. Nothing of a session asks it.

locals {
  consul = var.consul != null

  # Agents talk to those of the PoP alone.
  consul_own = local.consul && length(try(var.consul.join, [])) == 0

  consul_servers  = local.consul ? [for node in slice(var.nodes, 0, min(var.consul.servers, length(var.nodes))) : node.lan_address] : []
  consul_settings = local.consul ? { EDGE_CONSUL = "http://127.0.0.1:8500" } : {}
  consul_packages = local.consul ? ["consul consul consul.service"] : []
  consul_files = { for name, node in local.nodes : name => !local.consul ? {} : {
    "etc/systemd/system/edge-consul.service" = file("${path.module}/files/systemd/edge-consul.service")
    "etc/edge/consul/consul.json" = "${jsonencode(merge(
      {
        datacenter           = coalesce(var.consul.datacenter, var.name)
        node_name            = "${var.name}-${name}"
        bind_addr            = node.lan_address
        client_addr          = "127.0.0.1"
        retry_join           = distinct(concat(local.consul_servers, var.consul.join))
        leave_on_terminate   = true
        disable_update_check = true
      },
      [for address in local.consul_servers : { server = true, bootstrap_expect = length(local.consul_servers) } if address == node.lan_address]...
    ))}\n"
  } }
  consul_ports = { for name, node in local.nodes : name => !local.consul ? [] : concat(
    ["tcp 127.0.0.1 8500 End it: the agent of the PoP answers there."],
    [for protocol in ["tcp", "udp"] : "${protocol} ${local.lan[name]} 8301 End it: agents of the PoP talk there."],
  ) }
}
