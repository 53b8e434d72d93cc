{{- /* At most 42 characters: the name of a CronJob, with its ending, has at most 52. */ -}}
{{- define "visage.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 42 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 42 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "visage.selectorLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* The pods that serve, and not those of the jobs. */}}
{{- define "visage.servingLabels" -}}
{{ include "visage.selectorLabels" . }}
app.kubernetes.io/component: service
{{- end -}}

{{- define "visage.labels" -}}
{{ include "visage.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "visage.image" -}}
{{- $repository := required "image.repository: name the image that you have built and pushed" .Values.image.repository -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" $repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" $repository (.Values.image.tag | default .Chart.AppVersion) -}}
{{- end -}}
{{- end -}}

{{- define "visage.claim" -}}
{{- .Values.storage.existingClaim | default (include "visage.fullname" .) -}}
{{- end -}}

{{/* Refuses values that render and then do harm. */}}
{{- define "visage.check" -}}
{{- if and (gt (int .Values.replicaCount) 1) (ne .Values.storage.accessMode "ReadWriteMany") -}}
{{- fail "replicaCount: several pods share their pictures and keys, so storage.accessMode must be ReadWriteMany" -}}
{{- end -}}
{{- if le (int .Values.terminationGracePeriodSeconds) (add (int .Values.drainSeconds) 10) -}}
{{- fail "terminationGracePeriodSeconds: must exceed drainSeconds + 10, or running requests are aborted" -}}
{{- end -}}
{{- if .Values.ingress.enabled -}}
{{- if not .Values.trustedProxies -}}
{{- fail "trustedProxies: name the networks of the ingress controller's pods, or all users count as one client" -}}
{{- end -}}
{{- if not (hasPrefix "https://" .Values.publicUrl) -}}
{{- fail "publicUrl: must begin with https://, because browsers allow the camera only there" -}}
{{- end -}}
{{- end -}}
{{- if and .Values.backup.enabled (not .Values.backup.existingClaim) -}}
{{- fail "backup.existingClaim: create a claim for the backups and name it" -}}
{{- end -}}
{{- end -}}
