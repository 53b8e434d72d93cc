{{/* What every pod has, the service's and the jobs'. */}}
{{- define "visage.pod" -}}
automountServiceAccountToken: false
{{- with .Values.serviceAccountName }}
serviceAccountName: {{ . }}
{{- end }}
# A Service called visage would set VISAGE_PORT to an address and not to a port.
enableServiceLinks: false
{{- with .Values.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
securityContext: {{- toYaml .Values.podSecurityContext | nindent 2 }}
{{- with .Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* What every container has. */}}
{{- define "visage.container" -}}
image: {{ include "visage.image" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext: {{- toYaml .Values.containerSecurityContext | nindent 2 }}
envFrom:
  - configMapRef:
      name: {{ include "visage.fullname" . }}
{{- end -}}

{{/* The service reads each secret from a file of this folder: docs/operations.md, "Secrets as files". */}}
{{- define "visage.env" -}}
- name: CREDENTIALS_DIRECTORY
  value: /etc/visage/secrets
{{- end -}}

{{- define "visage.mounts" -}}
- name: home
  mountPath: /var/lib/visage
- name: shared
  mountPath: /var/lib/visage-shared
- name: tmp
  mountPath: /tmp
- name: secrets
  mountPath: /etc/visage/secrets
  readOnly: true
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "visage.volumes" -}}
- name: home
  emptyDir:
    sizeLimit: {{ .Values.homeSizeLimit }}
- name: shared
  persistentVolumeClaim:
    claimName: {{ include "visage.claim" . }}
- name: tmp
  emptyDir: {}
- name: secrets
  secret:
    secretName: {{ required "existingSecret: name the Secret with database_url" .Values.existingSecret }}
    defaultMode: 0440
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/*
Pods share the pictures and the keys, but not the rest of VISAGE_HOME, whose locks belong to one service. A subPath
would belong to root, so the service's user makes the folders. A volume may add group permissions to the keys.
*/}}
{{- define "visage.folders" -}}
- name: folders
  {{- include "visage.container" . | nindent 2 }}
  resources: {{- toYaml .Values.jobResources | nindent 4 }}
  command: ["sh", "-euc"]
  args:
    - |
      umask 077
      for folder in images keys; do
        mkdir -p "/var/lib/visage-shared/$folder"
        chmod go= "/var/lib/visage-shared/$folder"
        ln -sfn "/var/lib/visage-shared/$folder" "/var/lib/visage/$folder"
      done
      find /var/lib/visage-shared/keys -type f -exec chmod go= {} +
  volumeMounts:
    - name: home
      mountPath: /var/lib/visage
    - name: shared
      mountPath: /var/lib/visage-shared
{{- end -}}

{{/* A volume that only one node can mount: jobs run where the service runs, if it does. */}}
{{- define "visage.jobAffinity" -}}
{{- if and .Values.replicaCount (ne .Values.storage.accessMode "ReadWriteMany") -}}
affinity:
  podAffinity:
    requiredDuringSchedulingIgnoredDuringExecution:
      - topologyKey: kubernetes.io/hostname
        labelSelector:
          matchLabels: {{- include "visage.servingLabels" . | nindent 12 }}
{{- end -}}
{{- end -}}
