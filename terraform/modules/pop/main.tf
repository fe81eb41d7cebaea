# One PoP. Every resource is a terraform_data whose provisioner runs a script of scripts/ on this machine, which runs those
# of node/ over SSH. terraform/README.md says how the parts fit.

locals {
  nodes   = { for node in var.nodes : node.name => node }
  version = "${regex("^edge-sfu-(.*)-linux-", basename(var.package))[0]}_${substr(filesha256(pathexpand(var.package)), 0, 8)}"
  digest  = filesha256(pathexpand(var.package))

  # Of nodes that are there and that may come.
  lan_addresses = sort(distinct(concat([for node in var.nodes : node.lan_address], values(var.reserved))))

  # An edge has its node's name, the control beside it one of its own.
  # In order of their names: a reserved one that comes changes nothing on the others.
  peers = join(",", sort(concat(
    flatten([for node in var.nodes : ["${node.name}=${local.lan[node.name]}:7100", "${node.name}-c=${local.lan[node.name]}:7101"]]),
    flatten([for name, address in var.reserved : [
      "${name}=${strcontains(address, ":") ? "[${address}]" : address}:7100",
      "${name}-c=${strcontains(address, ":") ? "[${address}]" : address}:7101",
    ] if !contains(keys(local.nodes), name)]),
  )))
  lan   = { for name, node in local.nodes : name => strcontains(node.lan_address, ":") ? "[${node.lan_address}]" : node.lan_address }
  media = { for name, node in local.nodes : name => strcontains(node.media_address, ":") ? "[${node.media_address}]" : node.media_address }
  http_hosts = { for name, node in local.nodes : name => [
    for address in(length(var.http.addresses) > 0 ? var.http.addresses : [node.media_address]) :
    strcontains(address, ":") ? "[${address}]" : address
  ] }
  http = { for name, hosts in local.http_hosts : name => join(",", [for host in hosts : "${host}:${var.http.port}"]) }

  # Files that are the same on every node, but for settings.json.
  common = {
    "etc/sysctl.d/60-edge.conf"                             = file("${path.module}/files/sysctl.conf")
    "etc/systemd/system/edge-control.service.d/10-pop.conf" = "[Service]\nEnvironmentFile=/etc/edge/secrets.env\nTimeoutStopSec=${var.drain_seconds + 15}s\n"
    "etc/systemd/system/edge.service.d/10-pop.conf"         = "[Service]\nTimeoutStopSec=${var.drain_seconds + 15}s\n"
    "etc/sysusers.d/edge-pop.conf"                          = file("${path.module}/files/sysusers.conf")
  }
  settings = { for name, node in local.nodes : name => merge(
    {
      EDGE_POP           = var.name
      EDGE_POP_KEY_FILE  = "/etc/edge/pop.key"
      EDGE_PEERS         = local.peers
      EDGE_MEDIA         = "${local.media[name]}:${node.media_port}"
      EDGE_HTTP          = local.http[name]
      EDGE_DRAIN_SECONDS = tostring(var.drain_seconds)
    },
    length(node.advertise) > 0 ? { EDGE_ADVERTISE = join(",", node.advertise) } : {},
    var.http.plain ? { EDGE_PLAIN_HTTP = "1" } : { EDGE_TLS_CERT = var.http.tls_cert, EDGE_TLS_KEY = var.http.tls_key },
    local.nats_settings,
    local.anycast_settings[name],
    local.consul_settings,
    var.settings,
    node.settings,
  ) }
  files = { for name, node in local.nodes : name => merge(local.common, local.nats_files[name], local.turn_files[name], local.firewall_files[name], local.anycast_files[name], local.consul_files[name], {
    "etc/edge/settings.json" = "${jsonencode(local.settings[name])}\n"
    "etc/edge/edge.env"      = "EDGE_NODE=${name}\nEDGE_METRICS=${local.lan[name]}:9181\n"
    "etc/edge/control.env"   = "EDGE_NODE=${name}-c\nEDGE_METRICS=${local.lan[name]}:9182\n${local.turn_environment[name]}"
    "etc/edge/ports"         = "${join("\n", local.ports[name])}\n"
  }) }

  # What the node listens at: protocol, address, port, and what to do where somebody else does. The rollout looks before it stops
  # anything, and who writes rules for a packet filter finds it on the node.
  ports = { for name, node in local.nodes : name => concat(
    [for protocol in ["udp", "tcp"] : "${protocol} ${local.anycast && protocol == "udp" ? "[::]" : local.media[name]} ${node.media_port} End it, or give the node another media_port."],
    [for host in local.http_hosts[name] : "tcp ${host} ${var.http.port} End it, or choose another http.port."],
    [for pair in setproduct(["udp", "tcp"], [7100, 7101]) : "${pair[0]} ${local.lan[name]} ${pair[1]} End it: the nodes of the PoP talk there."],
    [for port in [8081, 8082] : "tcp 127.0.0.1 ${port} End it: edge and control tell of themselves there."],
    [for port in [9181, 9182] : "tcp ${local.lan[name]} ${port} End it: edge and control tell Prometheus of themselves there."],
    local.nats_ports[name],
    local.turn_ports[name],
    local.anycast_ports[name],
    local.consul_ports[name],
  ) }

  # Programs of others: Debian's, and those of the operator, which are sent.
  programs      = concat(local.nats_packages, local.turn_packages, local.firewall_packages, local.anycast_packages, local.consul_packages)
  sent_programs = local.nats_sent

  # What a node runs, by its content: the package, its files, and the scripts that put them there.
  release = { for name, node in local.nodes : name => substr(sha256(jsonencode({
    package = local.digest
    files   = local.files[name]
  })), 0, 16) }

  ssh = { for name, node in local.nodes : name => {
    host        = node.ssh_host
    port        = node.ssh_port
    user        = node.ssh_user
    key         = var.ssh_key_file == null ? "" : pathexpand(var.ssh_key_file)
    known_hosts = var.ssh_known_hosts_file == null ? "" : pathexpand(var.ssh_known_hosts_file)
  } }

  # For the scripts that go from node to node, in the order of the list.
  targets = join("\n", [for node in var.nodes : join("|", [
    node.name, var.name, terraform_data.owner.id, node.ssh_host, node.ssh_port, node.ssh_user, local.ssh[node.name].key, local.ssh[node.name].known_hosts,
    local.release[node.name], join(" ", distinct([node.lan_address, local.mesh_addresses[node.name]]))
  ])])
}

# Its id is in /opt/edge/OWNER of every machine: another state's apply leaves these alone.
resource "terraform_data" "owner" {}

# A machine, from its first preparation to its last trace: made once, removed with its node.
resource "terraform_data" "machine" {
  for_each = local.nodes

  input = merge(local.ssh[each.key], { node = each.key, pop = var.name, owner = terraform_data.owner.id, scripts = "${path.module}/scripts" })
  # What it is for the PoP, not how SSH reaches it: who replaces a machine takes all off it first.
  triggers_replace = { lan = each.value.lan_address }

  provisioner "local-exec" {
    command     = "${self.input.scripts}/prepare.sh"
    interpreter = ["bash"]
    environment = {
      NODE    = self.input.node, SSH_HOST = self.input.host, SSH_PORT = self.input.port, SSH_USER = self.input.user
      SSH_KEY = self.input.key, SSH_KNOWN_HOSTS = self.input.known_hosts, POP = try(self.input.pop, ""), OWNER = try(self.input.owner, "")
    }
  }

  provisioner "local-exec" {
    when        = destroy
    command     = "${self.input.scripts}/remove.sh"
    interpreter = ["bash"]
    environment = {
      NODE    = self.input.node, SSH_HOST = self.input.host, SSH_PORT = self.input.port, SSH_USER = self.input.user
      SSH_KEY = self.input.key, SSH_KNOWN_HOSTS = self.input.known_hosts, POP = try(self.input.pop, ""), OWNER = try(self.input.owner, "")
    }
  }
}

# A release, put on the machine beside the one that runs: nothing that runs sees it.
resource "terraform_data" "stage" {
  for_each = local.nodes

  # drift.sh reads these.
  input = merge(local.ssh[each.key], { node = each.key, pop = var.name, owner = terraform_data.owner.id, release = local.release[each.key], scripts = "${path.module}/scripts" })
  triggers_replace = {
    machine = terraform_data.machine[each.key].id
    release = local.release[each.key]
    version = local.version
    files   = local.files[each.key]
  }

  provisioner "local-exec" {
    command     = "${path.module}/scripts/stage.sh"
    interpreter = ["bash"]
    environment = {
      NODE          = self.input.node, SSH_HOST = self.input.host, SSH_PORT = self.input.port, SSH_USER = self.input.user
      SSH_KEY       = self.input.key, SSH_KNOWN_HOSTS = self.input.known_hosts, POP = self.input.pop, OWNER = self.input.owner
      RELEASE       = self.input.release
      VERSION       = local.version
      PACKAGE       = pathexpand(var.package)
      DIGEST        = local.digest
      PROGRAMS      = join("\n", local.programs)
      SENT_PROGRAMS = join("\n", local.sent_programs)
      FILES         = join("\n", [for path, text in local.files[each.key] : "${path} ${base64encode(text)}"])
    }
  }
}

# The apps and their secrets, on every node the same. By itself, because Terraform hides all that is said where an ephemeral
# value is used.
resource "terraform_data" "apps" {
  triggers_replace = {
    apps_version = var.apps_version
    stages       = { for name, stage in terraform_data.stage : name => stage.id }
  }
  input = var.founded

  provisioner "local-exec" {
    command     = "${path.module}/scripts/apps.sh"
    interpreter = ["bash"]
    environment = {
      NODES  = local.targets
      OTHERS = join("\n", var.others)
      APPS   = var.apps == null ? "" : var.apps
    }
  }
}

# Puts staged releases to work, node after node; the only one that stops anything.
resource "terraform_data" "rollout" {
  triggers_replace = {
    releases = local.release
    stages   = { for name, stage in terraform_data.stage : name => stage.id }
    apps     = terraform_data.apps.id
  }
  # What all PoPs share has to be on one of them first.
  input = var.founded

  provisioner "local-exec" {
    command     = "${path.module}/scripts/rollout.sh"
    interpreter = ["bash"]
    environment = {
      NODES        = local.targets
      OTHERS       = join("\n", var.others)
      MESH         = local.mesh
      TURN         = local.turn
      ALLOW_OLDER  = var.allow_older
      VERSION      = local.version
      GATE_SECONDS = var.gate_seconds
    }
  }

}
