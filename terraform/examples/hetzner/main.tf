# Machines of a cloud, handed on as plain facts: three PoPs at Hetzner. NOT RUN IN CI: its provider comes from a registry, and
# its machines cost money. Another provider's resources take the place of these in the same way; the module below stays as it is.
#
#   export HCLOUD_TOKEN=...; terraform init; terraform apply -var package=../../../out/packages/edge-sfu-VERSION-linux-x64.tar.gz
#
# A machine that was just made takes a minute until its sshd answers: the first apply may say so, and the second one goes on.

terraform {
  required_version = ">= 1.10"
  required_providers {
    hcloud = {
      source  = "hetznercloud/hcloud"
      version = "~> 1.45"
    }
  }
}

variable "package" {
  description = "The tarball of ./publish.sh --package."
  type        = string
}

variable "ssh_key_file" {
  description = "The private key; NAME.pub beside it goes to the machines."
  type        = string
  default     = "~/.ssh/id_ed25519"
}

variable "tls" {
  description = "Paths on the machines of certificate and key; null: HTTP, for a trial."
  type        = object({ cert = string, key = string })
  default     = null
}

variable "nodes_of_each" {
  type    = number
  default = 2
}

locals {
  # Name of the PoP = the provider's location, and the zone of its network.
  locations = {
    fsn = { location = "fsn1", zone = "eu-central", number = 1 }
    ash = { location = "ash", zone = "us-east", number = 2 }
    sin = { location = "sin", zone = "ap-southeast", number = 3 }
  }
  machines = merge([for pop, place in local.locations : {
    for number in range(1, var.nodes_of_each + 1) : "${pop}-n${number}" => merge(place, { pop = pop, name = "n${number}", lan = "10.${place.number}.0.${10 + number}" })
  }]...)
}

resource "hcloud_ssh_key" "operator" {
  name       = "edge"
  public_key = file("${pathexpand(var.ssh_key_file)}.pub")
}

resource "hcloud_network" "lan" {
  for_each = local.locations
  name     = "edge-${each.key}"
  ip_range = "10.${each.value.number}.0.0/16"
}

resource "hcloud_network_subnet" "lan" {
  for_each     = local.locations
  network_id   = hcloud_network.lan[each.key].id
  type         = "cloud"
  network_zone = each.value.zone
  ip_range     = "10.${each.value.number}.0.0/24"
}

resource "hcloud_server" "node" {
  for_each    = local.machines
  name        = "edge-${each.key}"
  server_type = "cpx21"
  image       = "debian-12"
  location    = each.value.location
  ssh_keys    = [hcloud_ssh_key.operator.id]

  network {
    network_id = hcloud_network.lan[each.value.pop].id
    ip         = each.value.lan
  }
  depends_on = [hcloud_network_subnet.lan]
}

module "network" {
  source       = "../../modules/network"
  package      = var.package
  ssh_key_file = var.ssh_key_file
  pops = { for pop in keys(local.locations) : pop => {
    http = {
      plain    = var.tls == null
      port     = var.tls == null ? 8080 : 8443
      tls_cert = try(var.tls.cert, null)
      tls_key  = try(var.tls.key, null)
    }
    # All that nodes_of_each may come to: one more then changes nothing on the others.
    reserved = { for number in range(1, 9) : "n${number}" => "10.${local.locations[pop].number}.0.${10 + number}" }
    # Plain facts, and nothing else, come from the provider.
    nodes = [for key, machine in local.machines : {
      name          = machine.name
      ssh_host      = hcloud_server.node[key].ipv4_address
      lan_address   = machine.lan
      media_address = hcloud_server.node[key].ipv4_address
    } if machine.pop == pop]
  } }
}

output "urls" {
  value = module.network.urls
}
