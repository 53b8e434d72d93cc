/**
 * Whether this browser has the features that the elements need. Other features that they use are older, or only change
 * the look. The comments name the first versions of Chrome, Firefox and Safari.
 *
 * This function also runs in browsers below the floor, from ECMAScript 2015 on.
 */
export function isAboveFloor() {
  return 'customElements' in window && 'attachShadow' in Element.prototype // 67, 63, 12.1
    && 'adoptedStyleSheets' in document && 'replaceSync' in CSSStyleSheet.prototype // 99, 101, 16.4
    && 'AbortSignal' in window && 'timeout' in AbortSignal // 103, 100, 16
    && 'throwIfAborted' in AbortSignal.prototype // 100, 97, 15.4
    && 'hasOwn' in Object && 'at' in Array.prototype // 93, 92, 15.4
}
