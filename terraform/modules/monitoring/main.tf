# What Prometheus is told of the PoPs: whom to ask, and what to wake somebody for. It reads the targets again by itself when they
# change (file_sd_configs); for rules and prometheus.yml it wants a SIGHUP.

locals {
  # Names as edge and control have them: the control beside a node is NODE-c.
  targets = flatten([for pop in var.pops : [for node in pop.nodes : [for job, port in var.ports : {
    targets = ["${strcontains(node.lan_address, ":") ? "[${node.lan_address}]" : node.lan_address}:${port}"]
    labels  = { job = job, pop = pop.name, node = job == "control" ? "${node.name}-c" : node.name }
  } if job != "anycastd" || pop.anycast]]])

  prometheus = {
    global     = { scrape_interval = "${var.scrape_seconds}s", evaluation_interval = "${var.scrape_seconds}s" }
    rule_files = ["edge-rules.yml"]
    alerting   = { alertmanagers = [{ static_configs = [{ targets = var.alertmanagers }] }] }
    scrape_configs = [{
      job_name = "edge-sfu"
      # Series say pop and node themselves; what they do not say is the target's.
      honor_labels    = true
      file_sd_configs = [{ files = ["edge-targets.json"] }]
    }]
  }

  files = {
    "prometheus.yml"    = yamlencode(local.prometheus)
    "edge-targets.json" = "${jsonencode(local.targets)}\n"
    "edge-rules.yml"    = file("${path.module}/rules.yml")
  }
}

# Where the files are, until the end. By itself, so that a file that changes is never gone for a moment.
resource "terraform_data" "place" {
  for_each = toset(var.directory == null ? [] : [for name in keys(local.files) : "${var.directory}/${name}"])

  input            = each.key
  triggers_replace = each.key

  provisioner "local-exec" {
    when        = destroy
    command     = "rm -f \"$FILE\""
    interpreter = ["bash", "-c"]
    environment = { FILE = self.input }
  }
}

resource "terraform_data" "file" {
  for_each = var.directory == null ? {} : local.files

  triggers_replace = { place = terraform_data.place["${var.directory}/${each.key}"].id, text = each.value }

  # Prometheus never sees half a file.
  provisioner "local-exec" {
    command     = "umask 022 && mkdir -p \"$(dirname \"$FILE\")\" && printf %s \"$TEXT\" >\"$FILE.new\" && mv \"$FILE.new\" \"$FILE\""
    interpreter = ["bash", "-c"]
    environment = { FILE = "${var.directory}/${each.key}", TEXT = each.value }
  }
}
