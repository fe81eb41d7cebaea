# PoPs that are one network: the same apps everywhere, and each joined with each. terraform/README.md says how the parts fit.

locals {
  # Where nats-servers of other PoPs begin; whom they reach there tells them of the rest.
  entries = { for name, pop in var.pops : name => [
    for node in slice(pop.nodes, 0, min(3, length(pop.nodes))) : coalesce(node.mesh_address, node.media_address)
  ] }

  # How SSH reaches the nodes, a line each, as scripts of modules/pop read them.
  key         = var.ssh_key_file == null ? "" : pathexpand(var.ssh_key_file)
  known_hosts = var.ssh_known_hosts_file == null ? "" : pathexpand(var.ssh_known_hosts_file)
  targets = { for name, pop in var.pops : name => [
    for node in pop.nodes : "${node.name}|${name}||${node.ssh_host}|${node.ssh_port}|${node.ssh_user}|${local.key}|${local.known_hosts}||"
  ] }
}

# What all PoPs share has to be made once, before any of them starts: on one node, from where the others get it.
resource "terraform_data" "founding" {
  provisioner "local-exec" {
    command     = "${path.module}/../pop/scripts/found.sh"
    interpreter = ["bash"]
    environment = {
      NODES = join("\n", flatten(values(local.targets)))
    }
  }
}

# Again with each PoP more or less.
resource "terraform_data" "same_apps" {
  input            = terraform_data.founding.id
  triggers_replace = { pops = keys(var.pops), apps_version = var.apps_version }

  provisioner "local-exec" {
    command     = "${path.module}/../pop/scripts/same-apps.sh"
    interpreter = ["bash"]
    environment = {
      NODES        = join("\n", flatten(values(local.targets)))
      APPS_VERSION = var.apps_version
    }
  }
}

module "pop" {
  source   = "../pop"
  for_each = var.pops

  name                 = each.key
  package              = coalesce(each.value.package, var.package)
  allow_older          = var.allow_older
  nodes                = each.value.nodes
  reserved             = each.value.reserved
  ssh_key_file         = var.ssh_key_file
  ssh_known_hosts_file = var.ssh_known_hosts_file
  http                 = each.value.http
  firewall             = var.firewall
  anycast              = each.value.anycast
  consul               = each.value.consul
  turn                 = each.value.turn
  settings             = merge(var.settings, each.value.settings)
  apps                 = var.apps
  apps_version         = var.apps_version
  drain_seconds        = var.drain_seconds
  gate_seconds         = var.gate_seconds

  mesh = {
    pops         = { for name, addresses in local.entries : name => addresses if name != each.key }
    gateway_port = var.gateway_port
    nats_server  = var.nats_server
  }
  others  = flatten([for name, lines in local.targets : lines if name != each.key])
  founded = terraform_data.same_apps.id
}
